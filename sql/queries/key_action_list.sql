-- What was asked to be done with issuing keys: one, or the newest first (ids are UUIDv7), after the cursor.
--
-- @arg id uuid?
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col id uuid
-- @col slug text
-- @col action text
-- @col key text?
-- @col signs text?                 of that key: certificates, lists, receipts
-- @col revoke_from date?
-- @col state text                  awaiting_approval, approved, rejected, expired
-- @cols decision
SELECT q.id, coalesce(o.slug, talent._registry()) AS slug, q.action, q.key, k.signs, q.revoke_from,
	CASE WHEN q.state = 'awaiting_approval' AND now() >= q.expires_at THEN 'expired'
		ELSE q.state END AS state,
	q.requested_by, ap.name AS requested_by_staff, ap.organisation_name AS requested_by_organisation,
	ap.label AS requested_by_label, talent._instant(q.requested_at) AS requested_at,
	talent._instant(q.expires_at) AS expires_at, q.decided_by, dp.name AS decided_by_staff,
	dp.organisation_name AS decided_by_organisation, dp.label AS decided_by_label,
	talent._instant(q.decided_at) AS decided_at
FROM talent.key_action q
LEFT JOIN talent.organisation o ON o.id = q.organisation
LEFT JOIN talent.issuer_key k ON k.key = q.key
LEFT JOIN LATERAL (SELECT p.name, p.label, b.name AS organisation_name FROM talent.actor p
	LEFT JOIN talent.organisation b ON b.id = p.organisation WHERE p.id = q.requested_by LIMIT 1) ap ON true
LEFT JOIN LATERAL (SELECT p.name, p.label, b.name AS organisation_name FROM talent.actor p
	LEFT JOIN talent.organisation b ON b.id = p.organisation WHERE p.id = q.decided_by LIMIT 1) dp ON true
WHERE ($1::uuid IS NULL OR q.id = $1::uuid)
	AND ($2::uuid IS NULL OR q.id < $2::uuid)
ORDER BY q.id DESC
LIMIT $3::int
