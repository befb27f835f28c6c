-- Everything that was signed for the person whom an erasure names: credentials and JWTs of all certificates, and what
-- was abandoned under one of the names.
--
-- @arg erasure uuid
-- @arg limit int
-- @row many
-- @col version uuid
-- @col key text
-- @col document text
SELECT k.version, k.key, k.document
FROM talent.erasure e
JOIN talent.certificate_state s ON s.person = e.person
JOIN talent.certificate_version v ON v.certificate = s.certificate
CROSS JOIN LATERAL (
	SELECT v.id AS version, v.key, d.document::text AS document
	FROM talent.certificate_document d WHERE d.version = v.id
	UNION ALL SELECT v.id, j.key, j.jwt::text FROM talent.certificate_jwt j WHERE j.version = v.id
) k
WHERE e.id = $1::uuid AND s.erased_from IS NULL
UNION ALL
SELECT a.version, a.key, a.document
FROM talent.erasure e
CROSS JOIN LATERAL talent._abandoned_of(e.person) a
WHERE e.id = $1::uuid
LIMIT $2::int
