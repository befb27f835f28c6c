-- One status list as committed. Purpose: revocation, suspension. No row: no such list.
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
-- @col public bytea?               the issuer's active Ed25519 key
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
LEFT JOIN talent.issuer_key k ON k.organisation = o.id AND k.state = 'active'
	AND k.kind = 'ed25519'
JOIN talent.status_clock k2 ON k2.single
WHERE o.slug = $1::text AND l.purpose = $2::text AND l.list = $3::int
