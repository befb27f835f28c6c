-- What the forms of one certificate's current version need, and its re-issue.
--
-- @arg number text
-- @arg actor uuid?
-- @arg idem_key bytea?
-- @arg idem_print bytea?
-- @row maybe
-- @cols proof
-- @col signature text              as verdict_by_code
-- @col jwt text?                   null while none is made, as the three that follow
-- @col jwt_key text?
-- @col jwt_listed bool?
-- @col jwt_signature text?
-- @col es256_key text?             the issuer's active P-256 key
-- @col es256_wrapped bytea?
-- @col es256_public bytea(64)?    x, y
-- @col proof_key text?             its active Ed25519 key
-- @col proof_wrapped bytea?
-- @col held bool
-- @col seen text?                  as idempotency_seen of the re-issue
-- @cols belongings
-- @col issuer uuid
-- @col now instant
-- @col state text
SELECT v.id AS version, v.kind, v.number, v.holder, v.title, v.occupation, v.edition, v.level,
	v.issuer_slug, v.list, v.idx, v.expires_on, v.key, g.key IS NOT NULL AS listed, d.document,
	CASE WHEN x.version IS NULL THEN 'passed' WHEN x.failed IS NULL THEN 'not_made'
		ELSE 'failed' END AS signature,
	j.jwt, j.key AS jwt_key, j.listed AS jwt_listed, j.signature AS jwt_signature,
	k.key AS es256_key, k.wrapped AS es256_wrapped, k.public AS es256_public,
	p.key AS proof_key, p.wrapped AS proof_wrapped,
	(SELECT h.held OR coalesce(h.cleared_epoch <>
			(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, false)
		FROM talent.status_clock h WHERE h.single) AS held,
	CASE WHEN $3::bytea IS NOT NULL THEN
		talent.idempotency_seen($2::uuid, 'certificate_reissue', $3::bytea, $4::bytea) END AS seen,
	c.district, c.body, CASE WHEN c.kind = 'company' THEN e.partner END AS company, c.issuer, talent._instant(now()) AS now, s.state
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id
JOIN talent.certificate_version v ON v.id = s.version
JOIN talent.certificate_document d ON d.version = v.id
LEFT JOIN talent.issuer_key g ON g.key = v.key AND g.organisation = v.issuer
LEFT JOIN talent.unverified_signature x ON x.version = v.id AND x.key = v.key
LEFT JOIN LATERAL (
	SELECT w.jwt, w.key, u.organisation = v.issuer AS listed,
		CASE WHEN y.version IS NULL THEN 'passed' WHEN y.failed IS NULL THEN 'not_made'
			ELSE 'failed' END AS signature
	FROM talent.certificate_jwt w
	JOIN talent.issuer_key u ON u.key = w.key AND u.state <> 'revoked'
	LEFT JOIN talent.unverified_signature y ON y.version = w.version AND y.key = w.key
	WHERE w.version = v.id ORDER BY w.made_at LIMIT 1) j ON true
LEFT JOIN talent.assessment a ON a.id = c.assessment
LEFT JOIN talent.exam e ON e.id = a.exam
LEFT JOIN talent.issuer_key k ON k.organisation = c.issuer AND k.state = 'active'
	AND k.kind = 'p256'
LEFT JOIN talent.issuer_key p ON p.organisation = c.issuer AND p.state = 'active'
	AND p.kind = 'ed25519' AND p.signs = 'certificates'
WHERE c.number = $1::text AND s.erased_from IS NULL
