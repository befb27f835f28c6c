-- The same of an exam's certificates that are valid, pairs together, in the order of their
-- results: of one issuer, or of all, behind the cursor.
--
-- @arg exam uuid
-- @arg issuer uuid?
-- @arg after uuid?
-- @arg after_kind text?
-- @arg most int
-- @row many
-- @cols proof
-- @col signature text              as verdict_by_code
-- @cols printed
-- @col assessment uuid
SELECT v.id AS version, c.kind, c.number, v.holder, v.title, v.occupation, v.edition, v.level,
	v.issuer_slug, v.list, v.idx, v.expires_on, v.key, g.key IS NOT NULL AS listed, d.document,
	CASE WHEN x.version IS NULL THEN 'passed' WHEN x.failed IS NULL THEN 'not_made'
		ELSE 'failed' END AS signature,
	v.occupation_name, o.name_en AS occupation_en, v.work_type, w.name_en AS work_type_en,
	v.level_name, v.level_name_en, v.issuer_name, i.name_en AS issuer_en,
	ov.issuer_name AS partner, oi.name_en AS partner_en, t.title_en, v.issued_on, v.code,
	a.id AS assessment
FROM talent.exam e
JOIN talent.assessment a ON a.exam = e.id AND a.state <> 'superseded'
JOIN talent.certificate c ON c.assessment = a.id
JOIN talent.certificate_state s ON s.certificate = c.id AND s.state = 'valid'
JOIN talent.certificate_version v ON v.id = s.version
JOIN talent.certificate_document d ON d.version = v.id
LEFT JOIN talent.issuer_key g ON g.key = v.key AND g.organisation = v.issuer
LEFT JOIN talent.unverified_signature x ON x.version = v.id AND x.key = v.key
JOIN talent.organisation i ON i.id = c.issuer
LEFT JOIN talent.occupation o ON o.code = c.occupation AND o.edition = c.edition
LEFT JOIN talent.work_type w ON w.occupation = c.occupation AND w.edition = c.edition
	AND w.slug = c.work_type
LEFT JOIN talent.certificate oc ON oc.assessment = c.assessment AND oc.kind <> c.kind
LEFT JOIN talent.certificate_state os ON os.certificate = oc.id
LEFT JOIN talent.certificate_version ov ON ov.id = os.version
LEFT JOIN talent.organisation oi ON oi.id = oc.issuer
LEFT JOIN LATERAL (
	SELECT y.title_en FROM talent.agreement z
	JOIN talent.agreement_title y ON y.agreement = z.id AND y.occupation = c.occupation
		AND y.edition = c.edition AND y.work_type = c.work_type AND y.level = c.level
	WHERE z.body = e.body AND z.company = c.issuer AND y.title = v.title
		AND y.title_en IS NOT NULL
	ORDER BY z.valid_from DESC LIMIT 1) t ON true
WHERE e.id = $1::uuid AND ($2::uuid IS NULL OR c.issuer = $2::uuid)
	AND ($3::uuid IS NULL OR a.id > $3::uuid OR (a.id = $3::uuid AND c.kind < $4::text))
ORDER BY a.id, c.kind DESC
LIMIT $5::int
