-- Enrolments of a session in order of enrolment (ids are UUIDv7), after the cursor: all, or those of a state.
--
-- @arg session uuid
-- @arg state text?
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols enrolment
--
-- A session's enrolments are few: reading all of them is better than a walk along the ids of all sessions, which a
-- plan could choose for the sake of its order.
WITH here AS MATERIALIZED (
	SELECT e.id, e.session, e.state, e.state_since, e.state_reason, e.created_at, e.person, e.name, e.hours_attended,
		e.attendance
	FROM talent.enrolment e
	WHERE e.session = $1::uuid AND ($2::text IS NULL OR e.state = $2::text) AND ($3::uuid IS NULL OR e.id > $3::uuid)
), page AS (
	SELECT * FROM here ORDER BY here.id LIMIT $4::int
)
SELECT e.id, e.session, e.state,
	talent._instant(coalesce(e.state_since, CASE WHEN e.state = 'enrolled' THEN e.created_at ELSE s.recorded_at END,
		e.created_at)) AS since, e.state_reason AS reason, coalesce(e.name, p.name) AS name, p.id_type,
	CASE e.name WHEN '*' THEN '*' ELSE p.id_masked END AS id_masked, trim_scale(e.hours_attended)::text AS hours_attended,
	e.attendance, s.institution, s.district
FROM page e
CROSS JOIN (SELECT * FROM talent.training_session t WHERE t.id = $1::uuid LIMIT 1) s
-- One look-up each: a plan made when there were few people could read all of them.
CROSS JOIN LATERAL (
	SELECT x.name, x.id_type, x.id_masked FROM talent.person x WHERE x.id = e.person LIMIT 1
) p
ORDER BY e.id
