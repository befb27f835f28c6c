-- jwks(slug text or null)
-- args: 1
-- P-256 keys that are not revoked, of one issuer or of all, newest first.
-- Result: slug · key text (multibase key id) · state · public bytea
SELECT o.slug, k.key, k.state, k.public
FROM talent.issuer_key k
JOIN talent.organisation o ON o.id = k.organisation
WHERE k.kind = 'p256' AND k.state <> 'revoked' AND ($1::text IS NULL OR o.slug = $1::text)
ORDER BY k.created_at DESC, k.key
