-- Every organisation that has or had a key of its own, or one of them, by slug, after the cursor.
--
-- @arg slug text?
-- @arg after text?
-- @arg limit int
-- @row many
-- @col slug text
-- @col name text
-- @col name_en text?
SELECT o.slug, o.name, o.name_en
FROM talent.organisation o
WHERE EXISTS (SELECT FROM talent.issuer_key k WHERE k.organisation = o.id)
	AND ($1::text IS NULL OR o.slug = $1::text)
	AND ($2::text IS NULL OR o.slug > $2::text)
ORDER BY o.slug
LIMIT $3::int
