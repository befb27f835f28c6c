-- The certificates of a result that have not ended, as they are signed now, each with its issuer's key: what a new version
-- of them needs.
--
-- @arg assessment uuid
-- @row many
-- @cols proof
-- @col signature text              as verdict_by_code
-- @col certificate uuid
-- @col issuer uuid
-- @col proof_key text?             the issuer's active Ed25519 key
-- @col proof_wrapped bytea?
-- @col held bool
-- @col now instant
SELECT v.id AS version, v.kind, v.number, v.holder, v.title, v.occupation, v.edition, v.level,
	v.issuer_slug, v.list, v.idx, v.expires_on, v.key, g.key IS NOT NULL AS listed, d.document,
	CASE WHEN x.version IS NULL THEN 'passed' WHEN x.failed IS NULL THEN 'not_made'
		ELSE 'failed' END AS signature,
	c.id AS certificate, c.issuer, p.key AS proof_key, p.wrapped AS proof_wrapped,
	(SELECT h.held OR coalesce(h.cleared_epoch <>
			(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, false)
		FROM talent.status_clock h WHERE h.single) AS held, talent._instant(now()) AS now
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id AND s.state IN ('valid', 'suspended')
JOIN talent.certificate_version v ON v.id = s.version
JOIN talent.certificate_document d ON d.version = v.id
LEFT JOIN talent.issuer_key g ON g.key = v.key AND g.organisation = v.issuer
LEFT JOIN talent.unverified_signature x ON x.version = v.id AND x.key = v.key
LEFT JOIN talent.issuer_key p ON p.organisation = c.issuer AND p.state = 'active'
	AND p.kind = 'ed25519' AND p.signs = 'certificates'
WHERE c.assessment = $1::uuid
ORDER BY c.kind = 'skill_grade' DESC, c.kind
