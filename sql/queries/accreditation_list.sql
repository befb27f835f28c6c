-- Accreditations: one, or the newest first (ids are UUIDv7), after the cursor.
--
-- @arg id uuid?
-- @arg body uuid?
-- @arg districts text?             comma separated, of the body
-- @arg slug text?                  the body's
-- @arg state text?
-- @arg on date?                    one of its days
-- @arg occupation text?            its code
-- @arg district text?              the body's
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols accreditation
SELECT a.id, a.body, b.slug AS body_slug, b.name AS body_name, b.district, a.occupation, a.edition,
	o.name AS occupation_name, w.name AS work_type, a.site, t.name AS site_name,
	(SELECT s.name FROM talent.standard s WHERE s.id = a.standard) AS standard, array_to_string(a.levels, ',') AS levels, a.valid_from,
	a.valid_to, talent._standing_state(a.suspended_at, a.valid_from, a.valid_to) AS state,
	talent._day(a.suspended_at) AS suspended_on, a.suspension_reason AS reason
FROM talent.accreditation a
JOIN talent.organisation b ON b.id = a.body
JOIN talent.occupation o ON o.code = a.occupation AND o.edition = a.edition
JOIN talent.work_type w ON w.occupation = a.occupation AND w.edition = a.edition AND w.slug = a.work_type
LEFT JOIN talent.site t ON t.id = a.site
WHERE ($1::uuid IS NULL OR a.id = $1::uuid)
	AND ($2::uuid IS NULL OR a.body = $2::uuid)
	AND ($3::text IS NULL OR b.district = ANY (string_to_array($3::text, ',')))
	AND ($4::text IS NULL OR b.slug = $4::text)
	AND ($5::text IS NULL OR talent._standing_state(a.suspended_at, a.valid_from, a.valid_to) = $5::text)
	AND ($6::date IS NULL OR $6::date BETWEEN a.valid_from AND coalesce(a.valid_to, 'infinity'))
	AND ($7::text IS NULL OR a.occupation = $7::text)
	AND ($8::text IS NULL OR b.district = $8::text)
	AND ($9::uuid IS NULL OR a.id < $9::uuid)
ORDER BY a.id DESC
LIMIT $10::int
