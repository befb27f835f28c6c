-- The history of anything: what the audit says about it, the newest first, behind the cursor. A result's
-- submission is found by its time, because no index names it (0032).
--
-- @arg object uuid
-- @arg after bigint?
-- @arg limit int
-- @row many
-- @cols audit_entry
SELECT e.id, talent._instant(e.at) AS at, e.action, e.object, e.actor, e.staff, e.staff_name, e.role, e.label,
	e.organisation_slug, e.organisation_name, e.request, e.detail::text AS detail
FROM ((SELECT e.* FROM talent.audit_entry e
	WHERE e.object = $1::uuid AND e.action <> 'assessment_submit' AND ($2::bigint IS NULL OR e.id < $2::bigint)
	ORDER BY e.id DESC LIMIT $3::int)
	UNION ALL
	(SELECT e.* FROM talent.audit_entry e
	WHERE e.at = (SELECT a.recorded_at FROM talent.assessment a WHERE a.id = $1::uuid)
		AND e.object = $1::uuid AND e.action = 'assessment_submit'
		AND ($2::bigint IS NULL OR e.id < $2::bigint))) e
ORDER BY e.id DESC
LIMIT $3::int
