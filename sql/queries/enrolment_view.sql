-- One enrolment of a session.
--
-- @arg session uuid
-- @arg enrolment uuid
-- @row maybe
-- @cols enrolment
SELECT e.id, e.session, e.state,
	talent._instant(coalesce(e.state_since, CASE WHEN e.state = 'enrolled' THEN e.created_at ELSE s.recorded_at END,
		e.created_at)) AS since, e.state_reason AS reason, coalesce(e.name, p.name) AS name, p.id_type,
	CASE e.name WHEN '*' THEN '*' ELSE p.id_masked END AS id_masked, trim_scale(e.hours_attended)::text AS hours_attended,
	e.attendance, s.institution, s.district
FROM talent.enrolment e
JOIN talent.training_session s ON s.id = e.session
JOIN talent.person p ON p.id = e.person
WHERE e.id = $2::uuid AND e.session = $1::uuid
