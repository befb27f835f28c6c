-- Enrolments of a session in order of enrolment (ids are UUIDv7), after the cursor.
--
-- @arg session uuid
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col id uuid
-- @col state text                  enrolled, completed, not_completed
-- @col name text                  as it was enrolled; *: erased
-- @col id_type text
-- @col id_masked text
-- @col hours_attended text?        without trailing zeros
--
-- A session's enrolments are few: reading all of them is better than a walk along the ids of all sessions, which a
-- plan could choose for the sake of its order.
WITH here AS MATERIALIZED (
	SELECT e.id, e.state, e.person, e.name, e.hours_attended
	FROM talent.enrolment e
	WHERE e.session = $1::uuid AND ($2::uuid IS NULL OR e.id > $2::uuid)
), page AS (
	SELECT * FROM here ORDER BY here.id LIMIT $3::int
)
SELECT e.id, e.state, coalesce(e.name, p.name) AS name, p.id_type,
	CASE e.name WHEN '*' THEN '*' ELSE p.id_masked END AS id_masked, trim_scale(e.hours_attended)::text AS hours_attended
FROM page e
-- One look-up each: a plan made when there were few people could read all of them.
CROSS JOIN LATERAL (
	SELECT x.name, x.id_type, x.id_masked FROM talent.person x WHERE x.id = e.person LIMIT 1
) p
ORDER BY e.id
