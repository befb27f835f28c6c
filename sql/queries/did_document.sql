-- The keys of an issuer, or (null) of the registry itself, newest first. No row: no such issuer, or no key yet.
--
-- @arg slug text?
-- @row many
-- @col slug text?
-- @col name text?
-- @col name_en text?
-- @col key text                    multibase key id
-- @col kind text                   ed25519, p256
-- @col public bytea
-- @col state text                  published, active, retired, revoked
-- @col signs text                  certificates, lists, receipts
-- @col created_at instant
-- @col retired_at instant?
-- @col revoked_from instant?       of a revoked key: not to be trusted from then on
SELECT o.slug, o.name, o.name_en, k.key, k.kind, k.public, k.state, k.signs,
	talent._instant(k.created_at) AS created_at, talent._instant(k.retired_at) AS retired_at,
	talent._instant(k.revoked_from) AS revoked_from
FROM talent.issuer_key k
LEFT JOIN talent.organisation o ON o.id = k.organisation
WHERE o.slug = $1::text OR ($1::text IS NULL AND k.organisation IS NULL)
ORDER BY k.created_at DESC, k.key
