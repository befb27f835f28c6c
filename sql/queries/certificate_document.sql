-- What a certificate's printed document says: the facts as signed, and words for them.
--
-- @arg number text
-- @row maybe
-- @cols proof
-- @col signature text              as verdict_by_code
-- @cols printed
-- @col state text
-- @cols belongings
SELECT v.id AS version, c.kind, c.number, v.holder, v.title, v.occupation, v.edition, v.level,
	v.issuer_slug, v.list, v.idx, v.expires_on, v.key, g.key IS NOT NULL AS listed, d.document,
	CASE WHEN x.version IS NULL THEN 'passed' WHEN x.failed IS NULL THEN 'not_made'
		ELSE 'failed' END AS signature,
	v.occupation_name, o.name_en AS occupation_en, v.work_type, w.name_en AS work_type_en,
	v.level_name, v.level_name_en, v.issuer_name, i.name_en AS issuer_en,
	ov.issuer_name AS partner, oi.name_en AS partner_en, t.title_en, v.issued_on, v.code,
	s.state, c.district, c.body, CASE WHEN c.kind = 'company' THEN e.partner END AS company
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id
JOIN talent.certificate_version v ON v.id = s.version
JOIN talent.certificate_document d ON d.version = v.id
LEFT JOIN talent.issuer_key g ON g.key = v.key AND g.organisation = v.issuer
LEFT JOIN talent.unverified_signature x ON x.version = v.id AND x.key = v.key
JOIN talent.organisation i ON i.id = c.issuer
LEFT JOIN talent.occupation o ON o.code = c.occupation AND o.edition = c.edition
LEFT JOIN talent.work_type w ON w.occupation = c.occupation AND w.edition = c.edition
	AND w.slug = c.work_type
LEFT JOIN talent.assessment a ON a.id = c.assessment
LEFT JOIN talent.exam e ON e.id = a.exam
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
WHERE c.number = $1::text AND s.erased_from IS NULL
