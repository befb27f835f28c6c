-- What was asked about administrators, the newest first (ids are UUIDv7), after the cursor.
--
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col id uuid
-- @col what text                   admission, change
-- @col staff uuid
-- @col staff_name text?            as it is
-- @col name text?                  what it is to be; null: as it is
-- @col rights text?
-- @col districts text?             comma separated
-- @col state text                  awaiting_approval, approved, rejected, expired
-- @cols decision
SELECT q.id, q.what, q.staff, s.name AS staff_name, q.name, q.rights,
	array_to_string(q.districts, ',') AS districts,
	CASE WHEN q.state = 'awaiting_approval' AND now() >= q.expires_at THEN 'expired' ELSE q.state END AS state,
	q.requested_by, ap.name AS requested_by_staff, ap.organisation_name AS requested_by_organisation,
	ap.label AS requested_by_label, talent._instant(q.requested_at) AS requested_at,
	talent._instant(q.expires_at) AS expires_at, q.decided_by, dp.name AS decided_by_staff,
	dp.organisation_name AS decided_by_organisation, dp.label AS decided_by_label,
	talent._instant(q.decided_at) AS decided_at
FROM talent.staff_request q
JOIN talent.staff s ON s.id = q.staff
LEFT JOIN LATERAL (SELECT p.name, p.label, b.name AS organisation_name FROM talent.actor p
	LEFT JOIN talent.organisation b ON b.id = p.organisation WHERE p.id = q.requested_by LIMIT 1) ap ON true
LEFT JOIN LATERAL (SELECT p.name, p.label, b.name AS organisation_name FROM talent.actor p
	LEFT JOIN talent.organisation b ON b.id = p.organisation WHERE p.id = q.decided_by LIMIT 1) dp ON true
WHERE ($1::uuid IS NULL OR q.id < $1::uuid)
ORDER BY q.id DESC
LIMIT $2::int
