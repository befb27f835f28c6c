-- A journal of which this database knows nothing: its host joined after the backup was made.
--
-- @arg id uuid
-- @row none
INSERT INTO talent.journal_host (id, name) VALUES ($1::uuid, 'recovered') ON CONFLICT DO NOTHING
