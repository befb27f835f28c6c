-- What happened to a certificate, from the result to now: who, when, why. Nobody's name but the label of the
-- credential that asked; without one the registry did it by itself, or what was known of it was lost
-- and recovered.
--
-- The rows of the audit are found by their time: a transaction's rows carry the same.
--
-- @arg number text
-- @arg after bigint               0: from the beginning
-- @arg limit int
-- @row many
-- @col position bigint             1: the result, 2: the issue, then each event in its order
-- @col at instant
-- @col event text                  submitted, issued, suspended, reinstated, revoked, voided, reissued
-- @col by_role text?
-- @col by_organisation text?
-- @col by_label text?
-- @col reason text?
-- @col note text?
-- @col request text?
WITH c AS MATERIALIZED (
	SELECT c.id, c.assessment, c.issued_at, a.recorded_at,
		(SELECT min(d.made_at) FROM talent.certificate_version d WHERE d.certificate = c.id) AS made_at
	FROM talent.certificate c
	LEFT JOIN talent.assessment a ON a.id = c.assessment
	WHERE c.number = $1::text
), happened (position, at, event, actor, reason, note, request) AS (
	SELECT 1::bigint, c.recorded_at, 'submitted', u.actor, NULL, NULL, u.request
	FROM c
	LEFT JOIN LATERAL (SELECT u.actor, u.request FROM talent.audit u
		WHERE u.at = c.recorded_at AND u.object = c.assessment AND u.action = 'assessment_submit'
		LIMIT 1) u ON true
	WHERE c.recorded_at IS NOT NULL
	UNION ALL
	SELECT 2, c.issued_at, 'issued', u.actor, NULL, NULL, u.request
	FROM c
	LEFT JOIN LATERAL (SELECT u.actor, u.request FROM talent.audit u
		WHERE u.at BETWEEN c.made_at - interval '1 hour' AND c.made_at + interval '1 hour'
		AND u.object = c.assessment AND u.action IN ('assessment_submit', 'assessment_publish')
		ORDER BY u.at DESC LIMIT 1) u ON true
	UNION ALL
	SELECT 2 + e.id, e.at, e.kind, e.actor, e.reason, e.note, e.request
	FROM c
	JOIN talent.certificate_event e ON e.certificate = c.id
)
SELECT h.position, talent._instant(h.at) AS at, h.event,
	coalesce(t.role, k.role) AS by_role, o.slug AS by_organisation,
	coalesce(t.label, k.label) AS by_label, h.reason, h.note, h.request
FROM happened h
LEFT JOIN talent.token t ON t.id = h.actor
LEFT JOIN talent.client_certificate k ON k.id = h.actor
LEFT JOIN talent.organisation o ON o.id = coalesce(t.organisation, k.organisation)
WHERE h.position > $2::bigint
ORDER BY h.position
LIMIT $3::int
