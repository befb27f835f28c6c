-- One re-check.
--
-- @arg recheck uuid
-- @row maybe
-- @cols recheck
SELECT r.id, r.assessment, r.exam, e.code AS exam_code, e.body, e.district, a.name, r.reason, r.note, r.state,
	r.state = 'open' AND r.answer_by < talent._today() AS overdue, talent._day(r.asked_at) AS asked_on, r.answer_by,
	talent._day(r.answered_at) AS answered_on, r.answer_note
FROM talent.recheck r
CROSS JOIN LATERAL (SELECT * FROM talent.exam x WHERE x.id = r.exam LIMIT 1) e
CROSS JOIN LATERAL (SELECT * FROM talent.assessment x WHERE x.id = r.assessment LIMIT 1) a
WHERE r.id = $1::uuid
