-- How far a journal was compared; its row is locked.
--
-- @arg id uuid
-- @row one
-- @col compared bigint
SELECT compared FROM talent.journal_host WHERE id = $1::uuid FOR NO KEY UPDATE
