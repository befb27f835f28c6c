-- certificate_load(number text)
-- args: 1
-- One certificate and its current signed document. At most one row.
-- Result: id · number · kind · state · district · body uuid · company uuid or null (the
--   exam's partner) · issuer uuid · issuer_slug · issuer_name · assessment uuid · level
--   title · issued_on · expires_on · code bytea · document text · revoked_on · suspended_on
SELECT c.id, c.number, c.kind, s.state, c.district, c.body, e.partner AS company, c.issuer,
	v.issuer_slug, v.issuer_name, c.assessment, c.level, v.title, c.issued_on, v.expires_on,
	v.code, d.document, s.revoked_on, s.suspended_on
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id
JOIN talent.certificate_version v ON v.id = s.version
JOIN talent.certificate_document d ON d.version = v.id
LEFT JOIN talent.assessment a ON a.id = c.assessment
LEFT JOIN talent.exam e ON e.id = a.exam
WHERE c.number = $1::text
