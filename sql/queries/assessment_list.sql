-- Passes that have no certificates yet: state awaiting_publication, awaiting_number or withheld, by id, after the
-- cursor. Or of them those that wait for their company to confirm or veto them.
--
-- @arg body uuid?
-- @arg partner uuid?
-- @arg districts text?             comma separated
-- @arg state text
-- @arg window text?                open: those
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col id uuid
-- @col exam_id uuid
-- @col exam_code text
-- @col body uuid
-- @col partner uuid?
-- @col district text
-- @col state text
-- @col name text
-- @col publish_on date?
-- @col window_to date?
-- @col window_state text?          open, confirmed, vetoed, silent
-- @col reason text?
-- @col certificate_number text?
-- @col withheld_at instant?
SELECT a.id, a.exam AS exam_id, e.code AS exam_code, e.body, e.partner, e.district, a.state,
	a.name, a.publish_on, a.window_to, talent._window_state(a.window_to, d.decision) AS window_state,
	w.reason, w.certificate_number,
	talent._instant(w.withheld_at) AS withheld_at
FROM talent.assessment a
JOIN talent.exam e ON e.id = a.exam
LEFT JOIN talent.withheld_pass w ON w.assessment = a.id
LEFT JOIN talent.company_decision d ON d.assessment = a.id
WHERE ((a.state = 'withheld' AND $4::text = 'withheld')
	OR (a.state = 'awaiting_number' AND $4::text = 'awaiting_number')
	OR (a.state = 'awaiting_publication' AND $4::text = 'awaiting_publication'))
	AND ($1::uuid IS NULL OR e.body = $1::uuid)
	AND ($2::uuid IS NULL OR e.partner = $2::uuid)
	AND ($3::text IS NULL OR e.district = ANY (string_to_array($3::text, ',')))
	AND ($5::text IS NULL OR talent._window_state(a.window_to, d.decision) = $5::text)
	AND ($6::uuid IS NULL OR a.id > $6::uuid)
ORDER BY a.id
LIMIT $7::int
