-- Completed sessions, by the day of completion. (Of a single table the planner keeps a scan that it will
-- never make in statements about other sources; of a join it does not: hence the organisation.)
--
-- @of session
SELECT s.id AS source, s.id AS unit, s.completed_on AS day, s.recorded_at AS at,
	s.counted_district AS district, o.id AS organisation, s.occupation, s.edition,
	s.work_type, s.level, NULL::text AS kind, talent._day(s.recorded_at) AS recorded, NULL::date AS ended,
	NULL::date AS void
FROM talent.training_session s
JOIN talent.organisation o ON o.id = s.institution
WHERE s.state = 'completed'
