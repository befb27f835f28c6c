-- One organisation by slug, once it was approved.
--
-- @arg slug text
-- @row maybe
-- @col id uuid
-- @col slug text
-- @col name text
-- @col name_en text?
-- @col kinds text?                 comma separated
-- @col district text
-- @col state text                  active, suspended
-- @col has_key bool                an active one for embedded proofs
SELECT o.id, o.slug, o.name, o.name_en,
	(SELECT string_agg(k.kind, ',' ORDER BY k.kind) FROM talent.organisation_kind k
		WHERE k.organisation = o.id) AS kinds,
	o.district, CASE WHEN o.suspended_at IS NULL THEN 'active' ELSE 'suspended' END AS state,
	EXISTS (SELECT FROM talent.issuer_key k
		WHERE k.organisation = o.id AND k.state = 'active' AND k.kind = 'ed25519'
		AND k.signs = 'certificates') AS has_key
FROM talent.organisation o
WHERE o.slug = $1::text AND o.state NOT IN ('applied', 'refused')
