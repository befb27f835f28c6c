-- enrolment_list(session uuid)
-- args: 1
-- Enrolments of a session in order of enrolment.
-- Result: id · state (enrolled, completed, not_completed) · name · id_type · id_masked
--   hours_attended (text without trailing zeros, or null)
SELECT e.id, e.state, p.name, p.id_type, p.id_masked,
	trim_scale(e.hours_attended)::text AS hours_attended
FROM talent.enrolment e
JOIN talent.person p ON p.id = e.person
WHERE e.session = $1::uuid
ORDER BY e.created_at, e.id
