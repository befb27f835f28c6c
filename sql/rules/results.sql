-- Results of those who were present, failing too, by the day of the exam. An annulled one, or
-- one that was corrected, is taken back.
--
-- @of result
SELECT a.id AS source, a.id AS unit, e.held_on AS day, a.recorded_at AS at,
	e.district COLLATE "C" AS district, e.body AS organisation, e.occupation, e.edition, e.work_type,
	e.level, NULL::text AS kind, talent._day(a.recorded_at) AS recorded, coalesce(a.annulled_on, a.superseded_on) AS ended, NULL::date AS void
FROM talent.assessment a
JOIN talent.exam e ON e.id = a.exam
WHERE a.attendance = 'present'
