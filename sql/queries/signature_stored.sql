-- The proof of one version, for whoever cannot wait until a background job has verified it.
--
-- @arg version uuid
-- @row maybe
-- @cols proof
SELECT v.id AS version,
	v.kind, v.number, v.holder, v.title, v.occupation, v.edition, v.level, v.issuer_slug, v.list,
	v.idx, v.expires_on, v.key, k.key IS NOT NULL AS listed,
	left(d.document, 65537) AS document
FROM talent.certificate_version v
JOIN talent.certificate_document d ON d.version = v.id
LEFT JOIN talent.issuer_key k ON k.key = v.key AND k.organisation = v.issuer
WHERE v.id = $1::uuid
