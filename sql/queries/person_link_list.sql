-- Whom somebody asked to link to whom: the newest first (ids are UUIDv7), after the cursor.
--
-- @arg id uuid?
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col id uuid
-- @col person uuid
-- @col canonical uuid
-- @col reason text
-- @col evidence text
-- @col note text?
-- @col state text                  awaiting_approval, approved, rejected, expired
-- @cols decision
SELECT e.id, e.person, e.canonical, e.reason, e.evidence, e.note,
	CASE WHEN e.state = 'awaiting_approval' AND now() >= e.expires_at THEN 'expired'
		ELSE e.state END AS state,
	e.requested_by, ap.name AS requested_by_staff, ap.organisation_name AS requested_by_organisation,
	ap.label AS requested_by_label, talent._instant(e.requested_at) AS requested_at,
	talent._instant(e.expires_at) AS expires_at, e.decided_by, dp.name AS decided_by_staff,
	dp.organisation_name AS decided_by_organisation, dp.label AS decided_by_label,
	talent._instant(e.decided_at) AS decided_at
FROM talent.person_link e
LEFT JOIN LATERAL (SELECT p.name, p.label, b.name AS organisation_name FROM talent.actor p
	LEFT JOIN talent.organisation b ON b.id = p.organisation WHERE p.id = e.requested_by LIMIT 1) ap ON true
LEFT JOIN LATERAL (SELECT p.name, p.label, b.name AS organisation_name FROM talent.actor p
	LEFT JOIN talent.organisation b ON b.id = p.organisation WHERE p.id = e.decided_by LIMIT 1) dp ON true
WHERE ($1::uuid IS NULL OR e.id = $1::uuid)
	AND ($2::uuid IS NULL OR e.id < $2::uuid)
ORDER BY e.id DESC
LIMIT $3::int
