-- One status list as committed. Purpose: revocation, suspension. No row: no such list. It is signed by the
-- issuer's list key; until that has been published long enough, by its key for certificates, or when that
-- signs no more, by the list key all the same.
--
-- @arg slug text
-- @arg purpose text
-- @arg n int
-- @row maybe
-- @col issuer uuid
-- @col slug text
-- @col name text
-- @col rev bigint
-- @col changed_at instant          the last change, or the list's creation
-- @col indices text                comma separated, ascending; the bits that are set
-- @col key text?
-- @col wrapped bytea?
-- @col public bytea?
-- @col now instant
-- @col held bool
SELECT o.id AS issuer, o.slug, o.name, l.rev, talent._instant(l.changed_at) AS changed_at,
	coalesce((SELECT string_agg(b.idx::text, ',' ORDER BY b.idx) FROM talent.status_bit b
		WHERE b.issuer = l.issuer AND b.purpose = l.purpose AND b.list = l.list), '')
	AS indices,
	k.key, k.wrapped, k.public, talent._instant(now()) AS now,
	(k2.held OR coalesce(k2.cleared_epoch <>
		(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, false)) AS held
FROM talent.organisation o
JOIN talent.status_list l ON l.issuer = o.id
LEFT JOIN LATERAL (
	SELECT s.key, s.wrapped, s.public FROM talent.issuer_key s
	WHERE s.organisation = o.id AND s.kind = 'ed25519'
	AND (s.state = 'active' OR (s.state = 'published' AND s.signs = 'lists'))
	ORDER BY s.state, s.signs DESC LIMIT 1
) k ON true
JOIN talent.status_clock k2 ON k2.single
WHERE o.slug = $1::text AND l.purpose = $2::text AND l.list = $3::int
