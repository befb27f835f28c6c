-- The verdict row of a verification code, old codes included (replaced = t).
--
-- @arg code bytea
-- @row maybe
-- @cols certificate_verdict
SELECT k.rev, k.now, k.today, k.in_recovery, k.epoch, k.held, v.code = $1::bytea AND s.erased_from IS NULL AS found,
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
		ELSE 'failed' END AS signature, v.id AS version
FROM (
	(SELECT id FROM talent.certificate_version WHERE code >= $1::bytea ORDER BY code LIMIT 1)
	UNION ALL
	(SELECT id FROM talent.certificate_version WHERE code < $1::bytea ORDER BY code DESC LIMIT 1)
	LIMIT 1
) near
JOIN talent.certificate_version v ON v.id = near.id
JOIN talent.certificate_state s ON s.certificate = v.certificate
LEFT JOIN talent.issuer_key g ON g.key = v.key
LEFT JOIN talent.unverified_signature u ON u.version = v.id AND u.key = v.key
CROSS JOIN talent.verdict_clock k
