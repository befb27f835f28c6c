-- assessment_pending(assessment uuid)
-- args: 1
-- A pass that waits for its publication, for the clerk. No row: it waits no more.
-- Result: id · exam_id · name · supplied_number or null · certified (number of the certificate that
--   the person has already, or null) · number_taken bool (the supplied one)
SELECT a.id, a.exam AS exam_id, a.name, a.supplied_number,
	talent._live_grade(a.person, e.occupation, e.work_type, e.level) AS certified,
	CASE WHEN a.supplied_number IS NULL THEN false
		ELSE talent._number_taken(a.supplied_number, e.body, a.id) END AS number_taken
FROM talent.assessment a
JOIN talent.exam e ON e.id = a.exam
WHERE a.id = $1::uuid AND a.state = 'awaiting_publication'
