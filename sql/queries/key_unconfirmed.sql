-- An issuing key that was wrapped anew and whose new box has not been seen to open. None: it has.
--
-- @arg key text
-- @row maybe
-- @cols wrapped_key
-- @col wrapped_before bytea
SELECT k.key, coalesce(o.slug, talent._registry()) AS slug, k.kind, k.wrapped, k.wrapped_before
FROM talent.issuer_key k
LEFT JOIN talent.organisation o ON o.id = k.organisation
WHERE k.key = $1::text AND k.wrapped_before IS NOT NULL
