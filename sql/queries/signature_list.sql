-- signature_list(source int, version uuid, key text, hash bytea, limit int)
-- args: 5
-- Everything that was signed and is stored, behind a cursor: 0 credentials by version, 1 JWTs by
-- version and key, 2 status lists by hash. Of an earlier source than the cursor's nothing.
-- Result: source int · version uuid or null · key · at text (RFC 3339; when it was stored)
--   document text or null (sources 0 and 1: what was signed, with its signature)
--   hash bytea or null (source 2)
SELECT s.source, s.version, s.key, talent._instant(s.made_at) AS at, s.document, s.hash
FROM (
	(SELECT 0 AS source, v.id AS version, v.key, v.made_at, d.document::text AS document,
		NULL::bytea AS hash
	FROM talent.certificate_version v
	JOIN talent.certificate_document d ON d.version = v.id
	WHERE $1::int = 0 AND v.id > $2::uuid
	ORDER BY v.id
	LIMIT $5::int)
	UNION ALL
	(SELECT 1, j.version, j.key, j.made_at, j.jwt::text, NULL
	FROM talent.certificate_jwt j
	WHERE $1::int <= 1 AND (j.version, j.key) >
		(CASE WHEN $1::int = 1 THEN $2::uuid ELSE '00000000-0000-0000-0000-000000000000' END,
		CASE WHEN $1::int = 1 THEN $3::text ELSE '' END)
	ORDER BY j.version, j.key
	LIMIT $5::int)
	UNION ALL
	(SELECT 2, NULL, l.key, l.made_at, NULL, l.hash
	FROM talent.signed_list l
	WHERE l.hash > CASE WHEN $1::int = 2 THEN $4::bytea ELSE '' END
	ORDER BY l.hash
	LIMIT $5::int)
) s
ORDER BY s.source, s.version, CASE WHEN s.source = 1 THEN s.key END, s.hash
LIMIT $5::int
