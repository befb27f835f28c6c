-- Who presents the client certificate whose public key (SPKI) has this SHA-256.
--
-- @arg spki bytea
-- @row maybe
-- @cols principal
SELECT t.id, t.role, t.organisation, CASE WHEN t.organisation IS NOT NULL THEN o.slug END AS organisation_slug,
	array_to_string(CASE WHEN s.districts = '{}' THEN t.districts
		WHEN t.districts = '{}' THEN s.districts
		-- both limit: what is left, or nothing at all
		ELSE coalesce(nullif(ARRAY(SELECT unnest(t.districts) INTERSECT SELECT unnest(s.districts)), '{}'), '{-}')
		END, ',') AS districts,
	CASE WHEN t.revoked_at IS NOT NULL OR s.left_at IS NOT NULL OR s.admitted_at IS NULL THEN 'revoked'
		WHEN t.expires_at <= now() THEN 'expired'
		WHEN o.suspended_at IS NOT NULL THEN 'suspended'
		ELSE 'active' END AS state,
	s.id AS staff, s.name AS staff_name, s.rights
FROM talent.client_certificate t
CROSS JOIN LATERAL (SELECT s.id, s.organisation, s.name, s.rights, s.districts, s.left_at, s.admitted_at
	FROM talent.staff s WHERE s.id = t.staff LIMIT 1) s
-- Administrators' credentials say no organisation; the authority that they work for stops them too.
LEFT JOIN talent.organisation o ON o.id = coalesce(t.organisation, s.organisation)
WHERE t.spki = $1::bytea
