-- Which hosts live, and so have to compare their journals before anything is said in a new epoch
-- (_journal_clear.sql).
ALTER TABLE talent.journal_host ADD COLUMN present bigint;	-- the epoch in which it was heard of last
ALTER TABLE talent.status_clock ADD COLUMN lived_until timestamptz;	-- the last sign of life before epoch
DROP FUNCTION IF EXISTS talent.journal_check(uuid, text, bigint, bigint, text, boolean);
DROP FUNCTION IF EXISTS talent._journal_clear();
