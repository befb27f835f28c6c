-- What was signed at an address of an achievement, the newest first, and words for it where the registry has
-- them: an evaluation body's achievement begins with a digit (the occupation), a company's with its slug.
--
-- @arg path text                   behind "/achievements/"
-- @row many
-- @col id text                     the address, as signed
-- @col name text
-- @col description text
-- @col human_code text
-- @col criteria text               the address, as signed
-- @col narrative text
-- @col occupation_en text?
-- @col work_type_en text?
-- @col level_en text?
-- @col issuer_slug text?           a company's own
-- @col issuer_name text?
-- @col signed_on date              the first time
SELECT s.d->>'id' AS id, s.d->>'name' AS name, s.d->>'description' AS description,
	s.d->>'humanCode' AS human_code, s.d#>>'{criteria,id}' AS criteria,
	s.d#>>'{criteria,narrative}' AS narrative,
	o.name_en AS occupation_en, w.name_en AS work_type_en, l.name_en AS level_en,
	i.slug AS issuer_slug, i.name AS issuer_name,
	(a.signed_at AT TIME ZONE 'Asia/Shanghai')::date AS signed_on
FROM talent.achievement a
CROSS JOIN LATERAL (SELECT a.said::json AS d) s
LEFT JOIN talent.organisation i ON i.slug = split_part(a.path, '/', 1)
LEFT JOIN talent.occupation o ON o.code = split_part(a.path, '/', 1)
	AND o.edition = split_part(a.path, '/', 2)
LEFT JOIN talent.work_type w ON w.occupation = o.code AND w.edition = o.edition
	AND w.slug = split_part(a.path, '/', 3)
LEFT JOIN talent.level l ON l.code = split_part(s.d->>'humanCode', '/', 2)
WHERE a.path = $1::text
ORDER BY a.signed_at DESC, a.print
LIMIT 100
