-- Re-checks that were asked for: the newest first (ids are UUIDv7), after the cursor. overdue: those that are open and
-- late.
--
-- @arg body uuid?
-- @arg districts text?             comma separated
-- @arg state text?                 or overdue
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols recheck
SELECT r.id, r.assessment, r.exam, e.code AS exam_code, e.body, e.district, a.name, r.reason, r.note, r.state,
	r.state = 'open' AND r.answer_by < talent._today() AS overdue, talent._day(r.asked_at) AS asked_on, r.answer_by,
	talent._day(r.answered_at) AS answered_on, r.answer_note
FROM talent.recheck r
CROSS JOIN LATERAL (SELECT * FROM talent.exam x WHERE x.id = r.exam LIMIT 1) e
CROSS JOIN LATERAL (SELECT * FROM talent.assessment x WHERE x.id = r.assessment LIMIT 1) a
WHERE ($1::uuid IS NULL OR r.body = $1::uuid)
	AND ($2::text IS NULL OR e.district = ANY (string_to_array($2::text, ',')))
	AND ($3::text IS NULL OR r.state = $3::text
		OR ($3::text = 'overdue' AND r.state = 'open' AND r.answer_by < talent._today()))
	AND ($4::uuid IS NULL OR r.id < $4::uuid)
ORDER BY r.id DESC
LIMIT $5::int
