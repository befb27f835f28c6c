-- One certificate as it stands. Its document is for credential_load to read.
--
-- @arg number text
-- @row maybe
-- @col number text
-- @col kind certificate_kind
-- @col state text
-- @cols belongings
-- @col issuer_slug text
-- @col issuer_name text
-- @col assessment uuid?
-- @col level text?
-- @col title text
-- @col issued_on date
-- @col expires_on date?
-- @col code bytea(16)
-- @col revoked_on date?
-- @col suspended_on date?
SELECT c.number, c.kind, s.state, c.district, c.body, CASE WHEN c.kind = 'company' THEN e.partner END AS company,
	v.issuer_slug, v.issuer_name, c.assessment, c.level, v.title, c.issued_on, v.expires_on,
	v.code, s.revoked_on, s.suspended_on
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id
JOIN talent.certificate_version v ON v.id = s.version
LEFT JOIN talent.assessment a ON a.id = c.assessment
LEFT JOIN talent.exam e ON e.id = a.exam
WHERE c.number = $1::text
