-- Of stored signatures, by their serials, those that nobody has verified yet.
--
-- @arg serials bigint[]
-- @row many
-- @col serial bigint
-- @cols proof
SELECT u.serial, v.id AS version,
	v.kind, v.number, v.holder, v.title, v.occupation, v.edition, v.level, v.issuer_slug, v.list,
	v.idx, v.expires_on, u.key, k.key IS NOT NULL AS listed,
	left(CASE WHEN u.key = v.key THEN d.document::text ELSE coalesce((SELECT j.jwt::text
		FROM talent.certificate_jwt j WHERE j.version = u.version AND j.key = u.key), '') END,
		65537) AS document
FROM unnest($1::bigint[]) s (serial)
CROSS JOIN LATERAL (
	SELECT q.serial, q.version, q.key FROM talent.unverified_signature q
	WHERE q.serial = s.serial AND q.failed IS NULL LIMIT 1
) u
JOIN talent.certificate_version v ON v.id = u.version
JOIN talent.certificate_document d ON d.version = u.version
LEFT JOIN talent.issuer_key k ON k.key = u.key AND k.organisation = v.issuer
