-- Keys of which only the public half is left.
--
-- @row many
-- @col issuer text
-- @col key text
-- @col state text
SELECT o.slug AS issuer, k.key, k.state FROM talent.issuer_key k
JOIN talent.organisation o ON o.id = k.organisation
WHERE k.wrapped IS NULL
ORDER BY o.slug, k.key
