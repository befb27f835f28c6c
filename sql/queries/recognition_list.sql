-- Recognitions: one, or the newest first (ids are UUIDv7), after the cursor.
--
-- @arg id uuid?
-- @arg company uuid?
-- @arg districts text?             comma separated, of the company
-- @arg slug text?                  the company's
-- @arg state text?
-- @arg on date?                    one of its days
-- @arg occupation text?            its code
-- @arg district text?              the company's
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols recognition
SELECT r.id, r.company, c.slug AS company_slug, c.name AS company_name, c.district, r.occupation, r.edition,
	o.name AS occupation_name, (SELECT w.name FROM talent.work_type w WHERE w.occupation = r.occupation
		AND w.edition = r.edition AND w.slug = r.work_type) AS work_type,
	(SELECT s.name FROM talent.standard s WHERE s.id = r.standard) AS standard, array_to_string(r.levels, ',') AS levels, r.valid_from, r.valid_to,
	talent._standing_state(r.suspended_at, r.valid_from, r.valid_to) AS state,
	talent._day(r.suspended_at) AS suspended_on, r.suspension_reason AS reason
FROM talent.recognition r
JOIN talent.organisation c ON c.id = r.company
JOIN talent.occupation o ON o.code = r.occupation AND o.edition = r.edition
WHERE ($1::uuid IS NULL OR r.id = $1::uuid)
	AND ($2::uuid IS NULL OR r.company = $2::uuid)
	AND ($3::text IS NULL OR c.district = ANY (string_to_array($3::text, ',')))
	AND ($4::text IS NULL OR c.slug = $4::text)
	AND ($5::text IS NULL OR talent._standing_state(r.suspended_at, r.valid_from, r.valid_to) = $5::text)
	AND ($6::date IS NULL OR $6::date BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity'))
	AND ($7::text IS NULL OR r.occupation = $7::text)
	AND ($8::text IS NULL OR c.district = $8::text)
	AND ($9::uuid IS NULL OR r.id < $9::uuid)
ORDER BY r.id DESC
LIMIT $10::int
