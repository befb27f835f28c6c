-- Recognitions: one, or the newest first (ids are UUIDv7), after the cursor.
--
-- @arg id uuid?
-- @arg company uuid?
-- @arg districts text?             comma separated, of the company
-- @arg slug text?                  the company's
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols recognition
SELECT r.id, r.company, c.slug AS company_slug, c.name AS company_name, c.district, r.occupation, r.edition,
	o.name AS occupation_name, array_to_string(r.levels, ',') AS levels, r.valid_from, r.valid_to,
	talent._standing_state(r.suspended_at, r.valid_from, r.valid_to) AS state,
	talent._day(r.suspended_at) AS suspended_on, r.suspension_reason AS reason
FROM talent.recognition r
JOIN talent.organisation c ON c.id = r.company
JOIN talent.occupation o ON o.code = r.occupation AND o.edition = r.edition
WHERE ($1::uuid IS NULL OR r.id = $1::uuid)
	AND ($2::uuid IS NULL OR r.company = $2::uuid)
	AND ($3::text IS NULL OR c.district = ANY (string_to_array($3::text, ',')))
	AND ($4::text IS NULL OR c.slug = $4::text)
	AND ($5::uuid IS NULL OR r.id < $5::uuid)
ORDER BY r.id DESC
LIMIT $6::int
