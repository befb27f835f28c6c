-- Who presents the client certificate whose public key (SPKI) has this SHA-256.
--
-- @arg spki bytea
-- @row maybe
-- @cols principal
SELECT t.id, t.role, t.organisation, o.slug AS organisation_slug,
	array_to_string(t.districts, ',') AS districts,
	CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
		WHEN t.expires_at <= now() THEN 'expired'
		WHEN o.suspended_at IS NOT NULL THEN 'suspended'
		ELSE 'active' END AS state
FROM talent.client_certificate t
LEFT JOIN talent.organisation o ON o.id = t.organisation
WHERE t.spki = $1::bytea
