-- Which status lists an issuer has. No row: no such issuer, or no key yet; one row of nulls: it
-- has issued nothing yet.
--
-- @arg slug text
-- @row many
-- @col purpose text?
-- @col list int?
SELECT l.purpose, l.list
FROM talent.organisation o
LEFT JOIN talent.status_list l ON l.issuer = o.id
WHERE o.slug = $1::text
	AND EXISTS (SELECT FROM talent.issuer_key k WHERE k.organisation = o.id)
ORDER BY l.purpose, l.list
