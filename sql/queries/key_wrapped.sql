-- The next issuing keys of all issuers as they are kept, to be wrapped anew; '' begins. Of one that was
-- lost and entered again there is only the public half.
--
-- @arg after text
-- @row many
-- @cols wrapped_key
SELECT k.key, coalesce(o.slug, talent._registry()) AS slug, k.kind, k.wrapped
FROM talent.issuer_key k
LEFT JOIN talent.organisation o ON o.id = k.organisation
WHERE k.wrapped IS NOT NULL AND k.key > $1::text COLLATE "C"
ORDER BY k.key
LIMIT 8
