-- The journals that this database was compared with and that nobody gave up, the last seen first.
--
-- @row many
-- @col id uuid
-- @col name text
-- @col seen_at instant
SELECT id, name, talent._instant(seen_at) AS seen_at FROM talent.journal_host WHERE lost_at IS NULL ORDER BY seen_at DESC
