-- The newest active issuing key as it is kept, for asking the signer whether it could use it.
--
-- @row maybe
-- @cols wrapped_key
SELECT k.key, coalesce(o.slug, talent._registry()) AS slug, k.kind, k.wrapped
FROM talent.issuer_key k
LEFT JOIN talent.organisation o ON o.id = k.organisation
WHERE k.state = 'active'
ORDER BY k.created_at DESC, k.key
LIMIT 1
