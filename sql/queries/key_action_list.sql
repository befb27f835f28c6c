-- key_action_list(id uuid or null)
-- args: 1
-- What was asked to be done with issuing keys: one, or the newest 200.
-- Result: id · slug · action · key or null · revoke_from date or null
--   state (awaiting_approval, approved, rejected, expired) · requested_by uuid · requested_at
--   expires_at · decided_by uuid or null · decided_at or null
SELECT q.id, o.slug, q.action, q.key, q.revoke_from,
	CASE WHEN q.state = 'awaiting_approval' AND now() >= q.expires_at THEN 'expired'
		ELSE q.state END AS state,
	q.requested_by, talent._instant(q.requested_at) AS requested_at,
	talent._instant(q.expires_at) AS expires_at, q.decided_by,
	talent._instant(q.decided_at) AS decided_at
FROM talent.key_action q
JOIN talent.organisation o ON o.id = q.organisation
WHERE $1::uuid IS NULL OR q.id = $1::uuid
ORDER BY q.requested_at DESC, q.id
LIMIT 200
