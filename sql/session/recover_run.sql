-- Brings back what the journals say and the database lacks.
--
-- @arg lost text                   the ids of journals that are given up, comma separated
-- @row many
-- @col what text
-- @col n bigint
SELECT what, n FROM talent._recover(string_to_array($1::text, ',')::uuid[])
