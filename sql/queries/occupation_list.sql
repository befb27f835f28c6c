-- occupation_list()
-- args: 0
-- The reference table: which work types exist at which levels.
-- Result: code · edition · name · name_en · work_type (slug) · work_type_name · level
--   level_name · level_name_en · min_hours int or null. One row per work type and level; an
--   occupation without any has one row with these null.
SELECT o.code, o.edition, o.name, o.name_en, w.slug AS work_type,
	w.name AS work_type_name, l.code AS level, l.name AS level_name,
	l.name_en AS level_name_en, x.min_hours
FROM talent.occupation o
LEFT JOIN talent.work_type w ON w.occupation = o.code AND w.edition = o.edition
LEFT JOIN talent.work_type_level x ON x.occupation = w.occupation AND x.edition = w.edition
	AND x.work_type = w.slug
LEFT JOIN talent.level l ON l.code = x.level
ORDER BY o.code, o.edition, w.slug, l.rank
