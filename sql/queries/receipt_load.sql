-- The registry's key, and what it has signed today about a record whose certificate stands so. No row: there is no
-- key that signs receipts yet.
--
-- @arg reference bytea
-- @arg standing text
-- @row maybe
-- @col now instant
-- @col key text
-- @col wrapped bytea
-- @col public bytea(64)
-- @col made instant?              when, as it says
-- @col input text?
-- @col signature bytea(64)?
SELECT talent._instant(now()) AS now, k.key, k.wrapped, k.public,
	talent._instant(r.made_at) AS made, r.input, r.signature
FROM talent.issuer_key k
LEFT JOIN talent.verification_receipt r ON r.reference = $1::bytea AND r.standing = $2::text
	AND r.day = talent._today() AND r.key = k.key AND r.signature IS NOT NULL
WHERE k.organisation IS NULL AND k.signs = 'receipts' AND k.state = 'active'
LIMIT 1
