-- Who attended a session on which day how long, by day and enrolment, after the cursor: of a day, of an enrolment.
--
-- @arg session uuid
-- @arg day date?
-- @arg enrolment uuid?
-- @arg after_place bigint?
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col day date
-- @col enrolment uuid
-- @col name text                   as it was enrolled; *: erased
-- @col hours text                  without trailing zeros
-- @col place bigint                of the day, in days
--
-- A session has few: all its enrolments are read, and of each its days.
WITH here AS MATERIALIZED (
	SELECT e.id, e.name, e.person FROM talent.enrolment e
	WHERE e.session = $1::uuid AND ($3::uuid IS NULL OR e.id = $3::uuid)
), page AS (
	SELECT a.day, here.id, here.name, here.person, a.hours
	FROM here
	CROSS JOIN LATERAL (SELECT x.day, x.hours FROM talent.attendance x WHERE x.enrolment = here.id OFFSET 0) a
	WHERE ($2::date IS NULL OR a.day = $2::date) AND ($4::bigint IS NULL OR (a.day - DATE '1970-01-01', here.id) > ($4::bigint, $5::uuid))
	ORDER BY a.day, here.id LIMIT $6::int
)
SELECT g.day, g.id AS enrolment, coalesce(g.name, p.name) AS name, trim_scale(g.hours)::text AS hours,
	(g.day - DATE '1970-01-01')::bigint AS place
FROM page g
CROSS JOIN LATERAL (SELECT x.name FROM talent.person x WHERE x.id = g.person LIMIT 1) p
ORDER BY g.day, g.id
