-- did_document(slug text)
-- args: 1
-- The keys of an issuer, newest first. No row: no such issuer, or no key yet.
-- Result: slug · name · name_en · key text (multibase key id) · kind (ed25519,
--   p256) · public bytea · state (active, retired, revoked) · created_at text (RFC 3339) · retired_at text or null
--   revoked_from text or null (of a revoked key: not to be trusted from then on)
SELECT o.slug, o.name, o.name_en, k.key, k.kind, k.public, k.state,
	talent._instant(k.created_at) AS created_at, talent._instant(k.retired_at) AS retired_at,
	talent._instant(k.revoked_from) AS revoked_from
FROM talent.organisation o
JOIN talent.issuer_key k ON k.organisation = o.id
WHERE o.slug = $1::text
ORDER BY k.created_at DESC, k.key
