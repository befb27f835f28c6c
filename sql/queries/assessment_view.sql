-- One assessment as its answer shows it.
--
-- @arg assessment uuid
-- @row maybe
-- @col id uuid
-- @col exam_id uuid
-- @col body uuid
-- @col partner uuid?
-- @col district text
-- @col state text                  published, awaiting_publication, awaiting_number, withheld, superseded, annulled
-- @col outcome text                pass, fail, absent
-- @col failed_parts text           comma separated
-- @col name text                   *: erased
-- @col id_type text
-- @col id_masked text
-- @col theory text?                without trailing zeros
-- @col skill text?
-- @col review text?
-- @col attendance text             present, absent
-- @col publish_on date?
-- @col awaited_number bool         it was submitted without the number that it had to wait for
-- @col promised_on date?           publish_on as it was told first, if it was moved
-- @col window_to date?             the last day on which its company may veto it
-- @col window_state text?          open, confirmed, vetoed, silent
-- @col veto_reason text?
-- @col decision_note text?
-- @col decided_on date?
-- @col recheck text?               that was asked for
-- @col recheck_state text?
-- @col recheck_by date?             it is answered until then
-- @col withheld_reason text?
-- @col withheld_number text?
-- @col withheld_at instant?
-- @col supersedes uuid?            the result that this one corrects
-- @col superseded_by uuid?         the one that corrects this one
-- @col superseded_on date?
-- @col sitting text?               resit; null: the first, or nobody asked then
-- @col advancement text?           promotion; null likewise
-- @col warned text?                comma separated
-- @col declared_level text?        what the body declared, with its basis
-- @col declared_years int?
-- @col declared_education text?
-- @col declared_basis text?
SELECT a.id, a.exam AS exam_id, e.body, e.partner, e.district, a.state, a.outcome,
	array_to_string(a.failed_parts, ',') AS failed_parts, a.name, p.id_type,
	CASE a.name WHEN '*' THEN '*' ELSE p.id_masked END AS id_masked,
	trim_scale(a.theory)::text AS theory, trim_scale(a.skill)::text AS skill,
	trim_scale(a.review)::text AS review, a.attendance, a.publish_on,
	a.awaited_number, a.promised_on, a.window_to, talent._window_state(a.window_to, d.decision) AS window_state,
	d.reason AS veto_reason, d.note AS decision_note, talent._day(d.decided_at) AS decided_on,
	r.id::text AS recheck, r.state AS recheck_state, r.answer_by AS recheck_by,
	w.reason AS withheld_reason, w.certificate_number AS withheld_number,
	talent._instant(w.withheld_at) AS withheld_at, a.supersedes,
	(SELECT n.id FROM talent.assessment n WHERE n.supersedes = a.id) AS superseded_by, a.superseded_on,
	nullif(a.sitting, 'first') AS sitting, nullif(a.advancement, 'first') AS advancement,
	nullif(array_to_string(a.warned, ','), '') AS warned, a.declared ->> 'level' AS declared_level,
	(a.declared ->> 'years')::int AS declared_years, a.declared ->> 'education' AS declared_education,
	a.declared ->> 'basis' AS declared_basis
FROM talent.assessment a
JOIN talent.exam e ON e.id = a.exam
JOIN talent.person p ON p.id = a.person
LEFT JOIN talent.withheld_pass w ON w.assessment = a.id
LEFT JOIN talent.recheck r ON r.assessment = a.id
LEFT JOIN talent.company_decision d ON d.assessment = a.id
WHERE a.id = $1::uuid
