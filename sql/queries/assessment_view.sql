-- assessment_view(assessment uuid)
-- args: 1
-- One assessment as its answer shows it. At most one row.
-- Result: id · exam_id · body uuid · partner uuid or null · district
--   state (published, awaiting_publication, annulled) · outcome (pass, fail, absent)
--   failed_parts text (comma separated) · name · id_type · id_masked
--   theory · skill · review (text without trailing zeros, or null)
--   attendance (present, absent) · publish_on date or null
SELECT a.id, a.exam AS exam_id, e.body, e.partner, e.district, a.state, a.outcome,
	array_to_string(a.failed_parts, ',') AS failed_parts, a.name, p.id_type, p.id_masked,
	trim_scale(a.theory)::text AS theory, trim_scale(a.skill)::text AS skill,
	trim_scale(a.review)::text AS review, a.attendance, a.publish_on
FROM talent.assessment a
JOIN talent.exam e ON e.id = a.exam
JOIN talent.person p ON p.id = a.person
WHERE a.id = $1::uuid
