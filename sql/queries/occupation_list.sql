-- The reference table: which work types exist at which levels.
--
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
FROM talent.occupation o
LEFT JOIN talent.work_type w ON w.occupation = o.code AND w.edition = o.edition
LEFT JOIN talent.work_type_level x ON x.occupation = w.occupation AND x.edition = w.edition
	AND x.work_type = w.slug
LEFT JOIN talent.level l ON l.code = x.level
ORDER BY o.code, o.edition, w.slug, l.rank
