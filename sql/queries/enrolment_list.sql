-- Enrolments of a session in order of enrolment.
--
-- @arg session uuid
-- @row many
-- @col id uuid
-- @col state text                  enrolled, completed, not_completed
-- @col name text
-- @col id_type text
-- @col id_masked text
-- @col hours_attended text?        without trailing zeros
SELECT e.id, e.state, p.name, p.id_type, p.id_masked,
	trim_scale(e.hours_attended)::text AS hours_attended
FROM talent.enrolment e
-- One look-up each: a plan made when there were few people could read all of them.
CROSS JOIN LATERAL (
	SELECT x.name, x.id_type, x.id_masked FROM talent.person x WHERE x.id = e.person LIMIT 1
) p
WHERE e.session = $1::uuid
ORDER BY e.created_at, e.id
