-- key_unconfirmed(after text)
-- args: 1
-- An issuing key that was wrapped anew and whose new box has not been seen to open, behind the
-- given one. At most one row.
-- Result: key · kind (ed25519, p256) · slug · wrapped bytea · wrapped_before bytea
SELECT k.key, k.kind, o.slug, k.wrapped, k.wrapped_before
FROM talent.issuer_key k
JOIN talent.organisation o ON o.id = k.organisation
WHERE k.wrapped_before IS NOT NULL AND k.key > $1::text
ORDER BY k.key
LIMIT 1
