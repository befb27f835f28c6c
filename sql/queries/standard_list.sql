-- Standards by name, after the cursor.
--
-- @arg name text?
-- @arg occupation text?            its code
-- @arg edition text?
-- @arg on date?                    in force on that day
-- @arg after text?
-- @arg limit int
-- @row many
-- @cols standard
SELECT s.id, s.name, s.occupation, s.edition, o.name AS occupation_name, s.document, s.issued_on, s.printed_code,
	s.valid_from, s.valid_to, talent._standard_version(s.id, talent._today()) AS version
FROM talent.standard s
JOIN talent.occupation o ON o.code = s.occupation AND o.edition = s.edition
WHERE ($1::text IS NULL OR s.name = $1::text)
	AND ($2::text IS NULL OR s.occupation = $2::text)
	AND ($3::text IS NULL OR s.edition = $3::text)
	AND ($4::date IS NULL OR $4::date BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity'))
	AND ($5::text IS NULL OR s.name > $5::text)
ORDER BY s.name
LIMIT $6::int
