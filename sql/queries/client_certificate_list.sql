-- Client certificates, newest first, after the cursor.
--
-- @arg organisation uuid?
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols caller_credential
SELECT t.id, t.role, t.organisation, o.slug AS organisation_slug,
	array_to_string(t.districts, ',') AS districts, t.label,
	talent._instant(t.created_at) AS created_at, talent._instant(t.expires_at) AS expires_at,
	talent._instant(t.revoked_at) AS revoked_at,
	talent._instant(t.last_used_at) AS last_used_at,
	CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
		WHEN t.expires_at <= now() THEN 'expired'
		ELSE 'active' END AS state
FROM talent.client_certificate t
LEFT JOIN talent.organisation o ON o.id = t.organisation
WHERE ($1::uuid IS NULL OR t.organisation = $1::uuid)
	AND ($2::uuid IS NULL OR t.id < $2::uuid)
ORDER BY t.id DESC
LIMIT $3::int
