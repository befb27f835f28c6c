-- The verdict row of a certificate number (already folded): its current version. A company's short name may
-- have been typed without its dashes, or with others: then it is that of the organisation that has it so, and
-- of two such the one that was typed.
--
-- @arg number text
-- @row maybe
-- @cols certificate_verdict
WITH asked AS MATERIALIZED (
	SELECT coalesce((
		SELECT upper(o.slug) || right($1::text, 14) FROM talent.organisation o
		WHERE $1::text ~ '.-[0-9]{4}-[0-9]{8}$'
		AND replace(o.slug, '-', '') = lower(replace(left($1::text, -14), '-', ''))
		ORDER BY upper(o.slug) = left($1::text, -14) DESC, o.slug LIMIT 1), $1::text) AS number
)
SELECT k.rev, k.now, k.today, k.in_recovery, k.epoch, k.held,
	v.number = (SELECT a.number FROM asked a) AND s.erased_from IS NULL AS found,
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
	(SELECT id FROM talent.certificate WHERE number >= (SELECT a.number FROM asked a) ORDER BY number LIMIT 1)
	UNION ALL
	(SELECT id FROM talent.certificate WHERE number < (SELECT a.number FROM asked a) ORDER BY number DESC LIMIT 1)
	LIMIT 1
) near
JOIN talent.certificate_state s ON s.certificate = near.id
JOIN talent.certificate_version v ON v.id = s.version
LEFT JOIN talent.issuer_key g ON g.key = v.key
LEFT JOIN talent.unverified_signature u ON u.version = v.id AND u.key = v.key
CROSS JOIN talent.verdict_clock k
