-- The lost certificates that somebody asked to be adopted, all or those in a state, after the cursor: those that
-- wait for a decision first (turn 1), of each the newest first (ids are UUIDv7).
--
-- @arg state text?
-- @arg turn int?                   the cursor's, as after
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col turn int
-- @col id uuid
-- @col number text
-- @col holder text
-- @col state text                  awaiting_approval, approved, rejected, expired
-- @cols decision
-- @col reason text?
-- @col note text?
SELECT a.turn, a.id, a.number, a.holder, a.state, a.requested_by, ap.name AS requested_by_staff,
	ap.organisation_name AS requested_by_organisation,
	ap.label AS requested_by_label, talent._instant(a.requested_at) AS requested_at,
	talent._instant(a.expires_at) AS expires_at, a.decided_by, dp.name AS decided_by_staff,
	dp.organisation_name AS decided_by_organisation, dp.label AS decided_by_label,
	talent._instant(a.decided_at) AS decided_at, a.reason, a.note
FROM (
	(SELECT 1 AS turn, w.id, w.number, w.holder, w.state, w.requested_by, w.requested_at, w.expires_at,
		w.decided_by, w.decided_at, w.reason, w.note
	FROM talent.adoption w
	WHERE w.state = 'awaiting_approval' AND now() < w.expires_at
		AND ($1::text IS NULL OR $1::text = 'awaiting_approval')
		AND ($2::int IS NULL OR ($2::int = 1 AND w.id < $3::uuid))
	ORDER BY w.id DESC LIMIT $4::int)
	UNION ALL
	(SELECT 2, d.id, d.number, d.holder, s.state, d.requested_by, d.requested_at, d.expires_at,
		d.decided_by, d.decided_at, d.reason, d.note
	FROM talent.adoption d
	CROSS JOIN LATERAL (SELECT CASE WHEN d.state = 'awaiting_approval' THEN 'expired' ELSE d.state END
		AS state) s
	WHERE (d.state <> 'awaiting_approval' OR now() >= d.expires_at)
		AND ($1::text IS NULL OR s.state = $1::text)
		AND ($2::int IS NULL OR $2::int = 1 OR d.id < $3::uuid)
	ORDER BY d.id DESC LIMIT $4::int)) a
LEFT JOIN LATERAL (SELECT p.name, p.label, b.name AS organisation_name FROM talent.actor p
	LEFT JOIN talent.organisation b ON b.id = p.organisation WHERE p.id = a.requested_by LIMIT 1) ap ON true
LEFT JOIN LATERAL (SELECT p.name, p.label, b.name AS organisation_name FROM talent.actor p
	LEFT JOIN talent.organisation b ON b.id = p.organisation WHERE p.id = a.decided_by LIMIT 1) dp ON true
ORDER BY a.turn, a.id DESC
LIMIT $4::int
