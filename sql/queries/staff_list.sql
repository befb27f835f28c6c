-- Staff, of one organisation or all, the newest first (ids are UUIDv7), after the cursor.
--
-- @arg organisation uuid?
-- @arg role text?
-- @arg state text?
-- @arg text text?                  in the name, whatever the case
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols staff
SELECT s.id, s.organisation, o.slug AS organisation_slug, o.name AS organisation_name, s.name, s.role, s.rights,
	array_to_string(s.districts, ',') AS districts,
	x.state,
	s.admission, (SELECT b.name FROM talent.staff b WHERE b.id = s.admitted_by) AS admitted_by_name,
	(SELECT b.name FROM talent.staff b WHERE b.id = s.approved_by) AS approved_by_name,
	talent._instant(s.admitted_at) AS admitted_at, talent._instant(s.left_at) AS left_at,
	(SELECT talent._instant(i.expires_at) FROM talent.staff_invitation i
		WHERE i.staff = s.id AND i.ended_at IS NULL AND i.expires_at > now()) AS invited_until,
	(SELECT count(*) FROM talent.token t WHERE t.staff = s.id AND t.revoked_at IS NULL
		AND (t.expires_at IS NULL OR t.expires_at > now()))
	+ (SELECT count(*) FROM talent.client_certificate c WHERE c.staff = s.id AND c.revoked_at IS NULL
		AND (c.expires_at IS NULL OR c.expires_at > now())) AS credentials,
	CASE WHEN s.role NOT IN ('administrator', 'auditor') THEN s.organisation END AS whose,
	CASE WHEN s.role NOT IN ('administrator', 'auditor') THEN o.district ELSE '' END AS district
FROM talent.staff s
LEFT JOIN talent.organisation o ON o.id = s.organisation
CROSS JOIN LATERAL (SELECT CASE WHEN s.left_at IS NOT NULL THEN 'left' WHEN s.admitted_at IS NOT NULL THEN 'active'
		WHEN EXISTS (SELECT FROM talent.staff_request q WHERE q.staff = s.id
			AND q.state = 'awaiting_approval' AND q.expires_at > now()) THEN 'awaiting_approval'
		ELSE 'not_admitted' END AS state) x
WHERE ($1::uuid IS NULL OR s.organisation = $1::uuid)
	AND ($2::text IS NULL OR s.role = $2::text)
	AND ($3::text IS NULL OR x.state = $3::text)
	AND ($4::text IS NULL OR strpos(lower(s.name), lower($4::text)) > 0)
	AND ($5::uuid IS NULL OR s.id < $5::uuid)
ORDER BY s.id DESC
LIMIT $6::int
