-- The newest active issuing key as it is kept, for asking the signer whether it could use it.
--
-- @row maybe
-- @cols wrapped_key
SELECT k.key, o.slug, k.kind, k.wrapped
FROM talent.issuer_key k
JOIN talent.organisation o ON o.id = k.organisation
WHERE k.state = 'active'
ORDER BY k.created_at DESC, k.key
LIMIT 1
