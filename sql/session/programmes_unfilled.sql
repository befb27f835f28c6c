-- Programmes with a measure that was never filled.
--
-- @row many
-- @col programme text
SELECT DISTINCT m.programme AS programme FROM talent.programme_measure m WHERE m.filled_at IS NULL ORDER BY m.programme
