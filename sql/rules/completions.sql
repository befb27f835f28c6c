-- Completions of training, each of a person's, by the day on which the session was completed.
--
-- @of session
SELECT s.id AS source, e.id AS unit, s.completed_on AS day, s.recorded_at AS at,
	s.counted_district AS district, s.institution AS organisation, s.occupation, s.edition,
	s.work_type, s.level, NULL::text AS kind, talent._day(s.recorded_at) AS recorded, NULL::date AS ended,
	NULL::date AS void
FROM talent.training_session s
JOIN talent.enrolment e ON e.session = s.id
WHERE s.state = 'completed' AND e.state = 'completed'
