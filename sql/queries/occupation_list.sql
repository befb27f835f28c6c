-- The dictionary: occupations after the cursor, with the standard that is in force today and the work types and
-- levels that it has.
--
-- @arg after_code text?            the cursor's, as after_edition
-- @arg after_edition text?
-- @arg limit int                   of occupations
-- @arg code text?                  only this one, as edition
-- @arg edition text?
-- @arg text text?                  its code begins so, or it is in its names, whatever the case
-- @row many
-- @col code text
-- @col edition text
-- @col name text
-- @col name_en text
-- @col work_type text?             slug
-- @col work_type_name text?
-- @col level text?
-- @col level_name text?
-- @col level_name_en text?
-- @col min_hours int?
-- @col standard text?              its name
-- @col id uuid
SELECT o.code, o.edition, o.name, o.name_en, w.slug AS work_type,
	w.name AS work_type_name, l.code AS level, l.name AS level_name,
	l.name_en AS level_name_en, x.min_hours, s.name AS standard, o.id
FROM (
	SELECT p.id, p.code, p.edition, p.name, p.name_en
	FROM talent.occupation p
	WHERE ($1::text IS NULL OR (p.code, p.edition) > ($1::text, $2::text))
		AND ($4::text IS NULL OR (p.code, p.edition) = ($4::text, $5::text))
		AND ($6::text IS NULL OR starts_with(p.code, $6::text)
			OR strpos(lower(concat_ws(' ', p.name, p.name_en)), lower($6::text)) > 0)
	ORDER BY p.code, p.edition
	LIMIT $3::int
) o
LEFT JOIN talent.standard s ON s.occupation = o.code AND s.edition = o.edition
	AND talent._today() BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity')
LEFT JOIN talent.standard_work_type t ON t.standard = s.id
	AND t.version = talent._standard_version(s.id, talent._today())
LEFT JOIN talent.work_type w ON w.occupation = o.code AND w.edition = o.edition AND w.slug = t.work_type
LEFT JOIN talent.standard_level x ON x.standard = t.standard AND x.version = t.version
	AND x.work_type = t.work_type
LEFT JOIN talent.level l ON l.code = x.level
ORDER BY o.code, o.edition, w.slug, l.rank
