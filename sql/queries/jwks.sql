-- P-256 keys that are not revoked, of one issuer or of all and the registry, newest first.
--
-- @arg slug text?
-- @row many
-- @col slug text
-- @col key text                    multibase key id
-- @col state text
-- @col public bytea(64)           x, y
SELECT coalesce(o.slug, talent._registry()) AS slug, k.key, k.state, k.public
FROM talent.issuer_key k
LEFT JOIN talent.organisation o ON o.id = k.organisation
WHERE k.kind = 'p256' AND k.state <> 'revoked' AND ($1::text IS NULL OR o.slug = $1::text)
ORDER BY k.created_at DESC, k.key
