-- verdict_by_version(version uuid)
-- args: 1
-- The verdict row of one version of a certificate, as its credential names it, with what was
-- signed.
-- Result, exactly one row (none only while the registry has no certificate at all):
--   rev bigint · now text (RFC 3339) · today date · in_recovery bool · held bool · found bool
--   certificate uuid · kind · number · holder (full name) · title
--   occupation · edition · occupation_name · work_type (Chinese name, may be empty)
--   level · level_name · level_name_en · issuer_name · issuer_slug · issued_on
--   expires_on date or null · dual bool · state (valid, suspended, revoked, void)
--   revoked_on · suspended_on date or null · replaced bool · replaced_on date or null
--   key_revoked bool · signature, version (as verdict_by_code) · epoch bigint (as status_read) · document text (the signed credential, found or not)
-- found = f: the other columns are those of a neighbour in the index; show none of it.
SELECT k.rev, k.now, k.today, k.in_recovery, k.epoch, k.held, v.id = $1::uuid AS found,
	v.certificate, v.kind, v.number, v.holder, v.title, v.occupation, v.edition,
	v.occupation_name, v.work_type, v.level, v.level_name, v.level_name_en, v.issuer_name,
	v.issuer_slug, v.issued_on, v.expires_on, v.dual, s.state, s.revoked_on, s.suspended_on,
	s.version <> v.id AS replaced,
	CASE WHEN s.version <> v.id THEN (
		SELECT (n.made_at AT TIME ZONE 'Asia/Shanghai')::date
		FROM talent.certificate_version n
		WHERE n.certificate = v.certificate AND n.ordinal = v.ordinal + 1) END AS replaced_on,
	coalesce(g.state = 'revoked' AND v.made_at >= g.revoked_from, false) AS key_revoked,
	CASE WHEN u.version IS NULL THEN 'passed' WHEN u.failed IS NULL THEN 'not_made'
		ELSE 'failed' END AS signature, v.id AS version,
	d.document
FROM (
	(SELECT id FROM talent.certificate_version WHERE id >= $1::uuid ORDER BY id LIMIT 1)
	UNION ALL
	(SELECT id FROM talent.certificate_version WHERE id < $1::uuid ORDER BY id DESC LIMIT 1)
	LIMIT 1
) near
JOIN talent.certificate_version v ON v.id = near.id
JOIN talent.certificate_document d ON d.version = v.id
JOIN talent.certificate_state s ON s.certificate = v.certificate
LEFT JOIN talent.issuer_key g ON g.key = v.key
LEFT JOIN talent.unverified_signature u ON u.version = v.id AND u.key = v.key
CROSS JOIN talent.verdict_clock k
