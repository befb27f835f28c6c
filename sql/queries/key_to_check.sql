-- key_to_check()
-- args: 0
-- The newest active issuing key as it is kept, for asking the signer whether it could use it.
-- Result: key text · slug · kind · wrapped bytea; no row without any key
SELECT k.key, o.slug, k.kind, k.wrapped
FROM talent.issuer_key k
JOIN talent.organisation o ON o.id = k.organisation
WHERE k.state = 'active'
ORDER BY k.created_at DESC, k.key
LIMIT 1
