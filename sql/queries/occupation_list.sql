-- The reference table: which work types exist at which levels, of the occupations after the cursor.
--
-- @arg after_code text?            the cursor's, as after_edition
-- @arg after_edition text?
-- @arg limit int                   of occupations
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
SELECT o.code, o.edition, o.name, o.name_en, w.slug AS work_type,
	w.name AS work_type_name, l.code AS level, l.name AS level_name,
	l.name_en AS level_name_en, x.min_hours
FROM (
	SELECT p.code, p.edition, p.name, p.name_en
	FROM talent.occupation p
	WHERE $1::text IS NULL OR (p.code, p.edition) > ($1::text, $2::text)
	ORDER BY p.code, p.edition
	LIMIT $3::int
) o
LEFT JOIN talent.work_type w ON w.occupation = o.code AND w.edition = o.edition
LEFT JOIN talent.work_type_level x ON x.occupation = w.occupation AND x.edition = w.edition
	AND x.work_type = w.slug
LEFT JOIN talent.level l ON l.code = x.level
ORDER BY o.code, o.edition, w.slug, l.rank
