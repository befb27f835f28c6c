-- The sites of an organisation by their codes, behind the cursor.
--
-- @arg organisation uuid
-- @arg district text?
-- @arg on date?                    not ended before that day
-- @arg after text?
-- @arg limit int
-- @row many
-- @cols site
SELECT s.id, s.organisation, o.slug AS organisation_slug, o.district AS organisation_district, s.code, s.name,
	s.district, s.number_prefix, s.number_mode, s.also_supplied, s.valid_to, s.end_reason
FROM talent.site s
JOIN talent.organisation o ON o.id = s.organisation
WHERE s.organisation = $1::uuid AND ($2::text IS NULL OR s.district = $2::text)
	AND ($3::date IS NULL OR $3::date <= coalesce(s.valid_to, 'infinity'))
	AND ($4::text IS NULL OR s.code > $4::text)
ORDER BY s.code
LIMIT $5::int
