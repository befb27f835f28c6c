-- People who completed a training, by the day on which its session was completed.
--
-- @of person
SELECT e.person AS source, e.id AS unit, s.completed_on AS day, s.recorded_at AS at,
	s.counted_district AS district, s.institution AS organisation, s.occupation, s.edition,
	s.work_type, s.level, NULL::text AS kind, talent._day(s.recorded_at) AS recorded,
	NULL::date AS ended, NULL::date AS void
FROM talent.enrolment e
CROSS JOIN LATERAL (SELECT * FROM talent.training_session t
	WHERE t.id = e.session AND t.state = 'completed' LIMIT 1) s
WHERE e.state = 'completed'
