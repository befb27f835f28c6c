-- Issuing keys of one issuer or all, newest first.
--
-- @arg slug text?
-- @row many
-- @col organisation uuid
-- @col slug text
-- @col name text
-- @col key text
-- @col kind text
-- @col state text
-- @col created_at instant
-- @col retired_at instant?
-- @col revoked_from instant?
SELECT k.organisation, o.slug, o.name, k.key, k.kind, k.state,
	talent._instant(k.created_at) AS created_at, talent._instant(k.retired_at) AS retired_at,
	talent._instant(k.revoked_from) AS revoked_from
FROM talent.issuer_key k
JOIN talent.organisation o ON o.id = k.organisation
WHERE $1::text IS NULL OR o.slug = $1::text
ORDER BY k.created_at DESC, o.slug, k.key
