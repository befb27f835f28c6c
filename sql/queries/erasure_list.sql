-- Whom somebody asked to erase: the newest first (ids are UUIDv7), after the cursor.
--
-- @arg id uuid?
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col id uuid
-- @col person uuid
-- @col basis text
-- @col note text?
-- @col state text                  awaiting_approval, approved, rejected, expired
-- @col requested_by uuid?
-- @col requested_by_label text?
-- @col requested_at instant
-- @col expires_at instant
-- @col decided_by uuid?
-- @col decided_by_label text?
-- @col decided_at instant?
SELECT e.id, e.person, e.basis, e.note,
	CASE WHEN e.state = 'awaiting_approval' AND now() >= e.expires_at THEN 'expired'
		ELSE e.state END AS state,
	e.requested_by, coalesce(rt.label, rk.label) AS requested_by_label,
	talent._instant(e.requested_at) AS requested_at, talent._instant(e.expires_at) AS expires_at,
	e.decided_by, coalesce(dt.label, dk.label) AS decided_by_label,
	talent._instant(e.decided_at) AS decided_at
FROM talent.erasure e
LEFT JOIN talent.token rt ON rt.id = e.requested_by
LEFT JOIN talent.client_certificate rk ON rk.id = e.requested_by
LEFT JOIN talent.token dt ON dt.id = e.decided_by
LEFT JOIN talent.client_certificate dk ON dk.id = e.decided_by
WHERE ($1::uuid IS NULL OR e.id = $1::uuid)
	AND ($2::uuid IS NULL OR e.id < $2::uuid)
ORDER BY e.id DESC
LIMIT $3::int
