-- assessment_view(assessment uuid)
-- args: 1
-- One assessment as its answer shows it. At most one row.
-- Result: id · exam_id · body uuid · partner uuid or null · district
--   state (published, awaiting_publication, withheld, annulled) · outcome (pass, fail, absent)
--   failed_parts text (comma separated) · name · id_type · id_masked
--   theory · skill · review (text without trailing zeros, or null)
--   attendance (present, absent) · publish_on date or null
--   withheld_reason · withheld_number · withheld_at (RFC 3339): of a withheld one
SELECT a.id, a.exam AS exam_id, e.body, e.partner, e.district, a.state, a.outcome,
	array_to_string(a.failed_parts, ',') AS failed_parts, a.name, p.id_type, p.id_masked,
	trim_scale(a.theory)::text AS theory, trim_scale(a.skill)::text AS skill,
	trim_scale(a.review)::text AS review, a.attendance, a.publish_on,
	w.reason AS withheld_reason, w.certificate_number AS withheld_number,
	talent._instant(w.withheld_at) AS withheld_at
FROM talent.assessment a
JOIN talent.exam e ON e.id = a.exam
JOIN talent.person p ON p.id = a.person
LEFT JOIN talent.withheld_pass w ON w.assessment = a.id
WHERE a.id = $1::uuid
