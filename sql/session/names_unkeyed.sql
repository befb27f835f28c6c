-- Names whose keys were made by another rule than today's, or never, behind a person and number.
--
-- @arg person uuid
-- @arg n int
-- @arg rule int
-- @arg limit int
-- @row many
-- @col person uuid
-- @col n int
-- @col name text
SELECT person, n::int AS n, name FROM talent.known_name
WHERE (person, n) > ($1::uuid, $2::int) AND name IS NOT NULL AND rule IS DISTINCT FROM $3::int::smallint
ORDER BY person, n
LIMIT $4::int
