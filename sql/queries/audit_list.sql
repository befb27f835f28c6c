-- The audit, the newest first, behind the cursor: of one person, of the staff of an organisation and what was done to
-- that, its sites, staff and standing, of one kind of action, from one Shanghai day to another.
--
-- @arg staff uuid?
-- @arg organisation text?          slug
-- @arg action text?
-- @arg object uuid?
-- @arg from date?
-- @arg to date?
-- @arg after bigint?
-- @arg limit int
-- @row many
-- @cols audit_entry
SELECT e.id, talent._instant(e.at) AS at, e.action, e.object, e.actor, e.staff, e.staff_name, e.role, e.label,
	e.organisation_slug, e.organisation_name, e.request, e.detail::text AS detail
FROM talent.audit_entry e
WHERE ($1::uuid IS NULL OR e.actor IN (SELECT t.id FROM talent.token t WHERE t.staff = $1::uuid
		UNION ALL SELECT c.id FROM talent.client_certificate c WHERE c.staff = $1::uuid))
	AND ($2::text IS NULL OR e.organisation_slug = $2::text
		OR e.object IN (SELECT x.id FROM talent.organisation o CROSS JOIN LATERAL (SELECT o.id
			UNION ALL SELECT t.id FROM talent.site t WHERE t.organisation = o.id
			UNION ALL SELECT s.id FROM talent.staff s WHERE s.organisation = o.id
			UNION ALL SELECT a.id FROM talent.accreditation a WHERE a.body = o.id
			UNION ALL SELECT r.id FROM talent.recognition r WHERE r.company = o.id
			UNION ALL SELECT g.id FROM talent.agreement g WHERE o.id IN (g.body, g.company)) x
			WHERE o.slug = $2::text))
	AND ($3::text IS NULL OR e.action = $3::text)
	AND ($4::uuid IS NULL OR e.object = $4::uuid)
	AND ($5::date IS NULL OR e.at >= $5::date::timestamp AT TIME ZONE 'Asia/Shanghai')
	AND ($6::date IS NULL OR e.at < ($6::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')
	AND ($7::bigint IS NULL OR e.id < $7::bigint)
ORDER BY e.id DESC
LIMIT $8::int
