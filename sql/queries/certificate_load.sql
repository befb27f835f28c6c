-- One certificate and its current signed document.
--
-- @arg number text
-- @row maybe
-- @col id uuid
-- @col number text
-- @col kind text
-- @col state text
-- @cols belongings
-- @col issuer uuid
-- @col issuer_slug text
-- @col issuer_name text
-- @col assessment uuid?
-- @col level text?
-- @col title text
-- @col issued_on date
-- @col expires_on date?
-- @col code bytea(16)
-- @col document text
-- @col revoked_on date?
-- @col suspended_on date?
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
