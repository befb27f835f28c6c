-- One correction, and what of storing the result would be refused.
--
-- @arg correction uuid
-- @row maybe
-- @cols correction
-- @cols decision
-- @col certified text?             number of the certificate that the person has already
SELECT c.id, c.assessment, c.exam, e.code AS exam_code, e.body, b.slug AS body_slug, b.name AS body_name, e.partner,
	e.district, c.kind, c.state, a.name, p.id_type, CASE a.name WHEN '*' THEN '*' ELSE p.id_masked END AS id_masked,
	a.outcome AS was_outcome, trim_scale(a.theory)::text AS was_theory, trim_scale(a.skill)::text AS was_skill,
	trim_scale(a.review)::text AS was_review, c.was_id_type, c.was_id_masked, c.outcome, array_to_string(c.failed_parts, ',') AS failed_parts,
	trim_scale(c.theory)::text AS theory, trim_scale(c.skill)::text AS skill, trim_scale(c.review)::text AS review,
	c.supplied_number, c.name AS to_name, c.id_type AS to_id_type, c.id_masked AS to_id_masked, c.reason, c.evidence, c.note, c.refusal, c.decision_note, c.made,
	c.requested_by, ap.name AS requested_by_staff, ap.organisation_name AS requested_by_organisation,
	ap.label AS requested_by_label, talent._instant(c.requested_at) AS requested_at, NULL AS expires_at,
	c.decided_by, dp.name AS decided_by_staff, dp.organisation_name AS decided_by_organisation,
	dp.label AS decided_by_label, talent._instant(c.decided_at) AS decided_at,
	talent._live_grade(a.person, e.occupation, e.work_type, e.level) AS certified
FROM talent.correction c
CROSS JOIN LATERAL (SELECT * FROM talent.exam x WHERE x.id = c.exam LIMIT 1) e
CROSS JOIN LATERAL (SELECT * FROM talent.assessment x WHERE x.id = c.assessment LIMIT 1) a
CROSS JOIN LATERAL (SELECT x.id_type, x.id_masked FROM talent.person x WHERE x.id = a.person LIMIT 1) p
JOIN talent.organisation b ON b.id = c.body
LEFT JOIN LATERAL (SELECT x.name, x.label, o.name AS organisation_name FROM talent.actor x
	LEFT JOIN talent.organisation o ON o.id = x.organisation WHERE x.id = c.requested_by LIMIT 1) ap ON true
LEFT JOIN LATERAL (SELECT x.name, x.label, o.name AS organisation_name FROM talent.actor x
	LEFT JOIN talent.organisation o ON o.id = x.organisation WHERE x.id = c.decided_by LIMIT 1) dp ON true
WHERE c.id = $1::uuid
