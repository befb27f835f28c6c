-- The lost certificates that somebody asked to be adopted: all, those that wait for a decision first, or
-- those in a state; of each the newest 200.
--
-- @arg state text?
-- @row many
-- @col id uuid
-- @col number text
-- @col holder text
-- @col state text                  awaiting_approval, approved, rejected, expired
-- @col requested_by uuid
-- @col requested_by_label text?    of the token or client certificate
-- @col requested_at instant
-- @col expires_at instant
-- @col decided_by uuid?
-- @col decided_by_label text?
-- @col decided_at instant?
-- @col reason text?
-- @col note text?
SELECT a.id, a.number, a.holder, s.state, a.requested_by,
	(SELECT t.label FROM talent.token t WHERE t.id = a.requested_by
	 UNION ALL SELECT c.label FROM talent.client_certificate c WHERE c.id = a.requested_by)
		AS requested_by_label,
	talent._instant(a.requested_at) AS requested_at, talent._instant(a.expires_at) AS expires_at,
	a.decided_by,
	(SELECT t.label FROM talent.token t WHERE t.id = a.decided_by
	 UNION ALL SELECT c.label FROM talent.client_certificate c WHERE c.id = a.decided_by)
		AS decided_by_label,
	talent._instant(a.decided_at) AS decided_at, a.reason, a.note
FROM (
	(SELECT 1 AS turn, w.* FROM talent.adoption w
	WHERE w.state = 'awaiting_approval' AND now() < w.expires_at
	ORDER BY w.requested_at DESC LIMIT 200)
	UNION ALL
	(SELECT 2, d.* FROM talent.adoption d
	WHERE d.state <> 'awaiting_approval' OR now() >= d.expires_at
	ORDER BY d.requested_at DESC LIMIT 200)) a
CROSS JOIN LATERAL (SELECT CASE WHEN a.turn = 2 AND a.state = 'awaiting_approval' THEN 'expired'
	ELSE a.state END AS state) s
WHERE $1::text IS NULL OR s.state = $1::text
ORDER BY a.turn, a.requested_at DESC, a.id
LIMIT 200
