-- credential_load(number text, actor uuid or null, idem_key bytea or null, idem_print bytea or null)
-- args: 4
-- What the forms of one certificate's current version need, and its re-issue. At most one row.
-- Result: number · district · body uuid · company uuid or null · issuer_slug · version uuid
--   document text · jwt text or null (none made yet) · key, wrapped bytea, public bytea or null
--   (the issuer's active P-256 key) · proof_key, proof_wrapped (its active Ed25519 key)
--   issuer uuid · now text (RFC 3339) · state · held bool · seen (as idempotency_seen of the re-issue)
SELECT c.number, c.district, c.body, e.partner AS company, v.issuer_slug, v.id AS version, d.document,
	(SELECT j.jwt FROM talent.certificate_jwt j JOIN talent.issuer_key u ON u.key = j.key
		WHERE j.version = v.id AND u.state <> 'revoked' ORDER BY j.made_at LIMIT 1) AS jwt,
	k.key, k.wrapped, k.public, p.key AS proof_key, p.wrapped AS proof_wrapped, c.issuer,
	talent._instant(now()) AS now, s.state,
	(SELECT h.held OR coalesce(h.cleared_epoch <>
			(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, false)
		FROM talent.status_clock h WHERE h.single) AS held,
	CASE WHEN $3::bytea IS NOT NULL THEN
		talent.idempotency_seen($2::uuid, 'certificate_reissue', $3::bytea, $4::bytea) END AS seen
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id
JOIN talent.certificate_version v ON v.id = s.version
JOIN talent.certificate_document d ON d.version = v.id
LEFT JOIN talent.assessment a ON a.id = c.assessment
LEFT JOIN talent.exam e ON e.id = a.exam
LEFT JOIN talent.issuer_key k ON k.organisation = c.issuer AND k.state = 'active'
	AND k.kind = 'p256'
LEFT JOIN talent.issuer_key p ON p.organisation = c.issuer AND p.state = 'active'
	AND p.kind = 'ed25519'
WHERE c.number = $1::text
