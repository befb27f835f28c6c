-- The issuing keys of one issuer, or of the registry itself, newest first, after the cursor.
--
-- @arg slug text
-- @arg after_made bigint?          the cursor's, as after_key
-- @arg after_key text?
-- @arg limit int
-- @row many
-- @col slug text
-- @col name text
-- @col key text
-- @col kind text
-- @col signs text                  certificates, lists, receipts
-- @col state text                  published, active, retired, revoked
-- @col created_at instant
-- @col signs_from instant?         of one that was published first
-- @col retired_at instant?
-- @col revoked_from instant?
-- @col made bigint                 created_at in microseconds
SELECT coalesce(o.slug, talent._registry()) AS slug, coalesce(o.name, talent._registry()) AS name, k.key, k.kind, k.signs, k.state,
	talent._instant(k.created_at) AS created_at, talent._instant(k.signs_from) AS signs_from,
	talent._instant(k.retired_at) AS retired_at,
	talent._instant(k.revoked_from) AS revoked_from, n.made
FROM talent.issuer_key k
LEFT JOIN talent.organisation o ON o.id = k.organisation
CROSS JOIN LATERAL (SELECT (extract(epoch FROM k.created_at) * 1000000)::bigint AS made) n
WHERE coalesce(o.slug, talent._registry()) = $1::text
	AND ($2::bigint IS NULL OR n.made < $2::bigint OR (n.made = $2::bigint AND k.key > $3::text))
ORDER BY n.made DESC, k.key
LIMIT $4::int
