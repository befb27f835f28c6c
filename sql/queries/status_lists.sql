-- Which status lists an issuer has, after the cursor.
--
-- @arg slug text
-- @arg after_purpose text?         the cursor's, as after_list
-- @arg after_list int?
-- @arg limit int
-- @row many
-- @col purpose text
-- @col list int
SELECT l.purpose, l.list
FROM talent.organisation o
JOIN talent.status_list l ON l.issuer = o.id
WHERE o.slug = $1::text
	AND ($2::text IS NULL OR (l.purpose, l.list) > ($2::text, $3::int))
ORDER BY l.purpose, l.list
LIMIT $4::int
