-- principal_by_token(hash bytea)
-- args: 1
-- Who presents the token whose SHA-256 is this.
-- Result, at most one row; none means that nobody has presented this before:
--   id uuid · role text · organisation uuid or null · organisation_slug text or null
--   districts text (comma separated; empty = all) · state text
-- State: active, expired, revoked, suspended (its organisation is suspended).
SELECT t.id, t.role, t.organisation, o.slug AS organisation_slug,
	array_to_string(t.districts, ',') AS districts,
	CASE WHEN t.revoked_at IS NOT NULL THEN 'revoked'
		WHEN t.expires_at <= now() THEN 'expired'
		WHEN o.suspended_at IS NOT NULL THEN 'suspended'
		ELSE 'active' END AS state
FROM talent.token t
LEFT JOIN talent.organisation o ON o.id = t.organisation
WHERE t.hash = $1::bytea
