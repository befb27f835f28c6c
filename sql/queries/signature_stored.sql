-- signature_stored(version uuid)
-- args: 1
-- The proof of one version, for whoever cannot wait for the clerk to verify it. At most one row.
-- Result: version uuid
--   kind · number · holder · title · occupation · edition · level or null · issuer_slug · list
--   idx · expires_on date or null (what the registry says) · key text · listed bool (it is a key of
--   the issuer) · document text (what was signed, with its signature; cut behind 65 537 characters)
SELECT v.id AS version,
	v.kind, v.number, v.holder, v.title, v.occupation, v.edition, v.level, v.issuer_slug, v.list,
	v.idx, v.expires_on, v.key, k.key IS NOT NULL AS listed,
	left(d.document, 65537) AS document
FROM talent.certificate_version v
JOIN talent.certificate_document d ON d.version = v.id
LEFT JOIN talent.issuer_key k ON k.key = v.key AND k.organisation = v.issuer
WHERE v.id = $1::uuid
