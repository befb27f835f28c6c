-- Areas by name, after the cursor.
--
-- @arg after text?
-- @arg limit int
-- @row many
-- @col slug text
-- @col id uuid
-- @col name text
-- @col name_en text
-- @col districts text?
-- @col organisations text?         in it today
SELECT a.slug, a.id, a.name, a.name_en,
	(SELECT string_agg(d.district, ',' ORDER BY d.district) FROM talent.area_district d WHERE d.area = a.slug)
		AS districts,
	(SELECT string_agg(o.slug, ',' ORDER BY o.slug) FROM talent.organisation_area x
		JOIN talent.organisation o ON o.id = x.organisation
		WHERE x.area = a.slug AND talent._today() BETWEEN x.valid_from AND x.valid_to) AS organisations
FROM talent.area a
WHERE $1::text IS NULL OR a.slug > $1::text
ORDER BY a.slug
LIMIT $2::int
