-- Every organisation that has or had a key of its own, by slug.
--
-- @row many
-- @col slug text
-- @col name text
-- @col name_en text?
SELECT o.slug, o.name, o.name_en
FROM talent.organisation o
WHERE EXISTS (SELECT FROM talent.issuer_key k WHERE k.organisation = o.id)
ORDER BY o.slug
