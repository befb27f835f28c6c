-- What a verification answered, by its reference, as long as that is kept.
--
-- @arg reference bytea
-- @row maybe
-- @col checked_at instant
-- @col result text
-- @col name text                   not_made, passed, failed
-- @col version uuid?               of the certificate that it showed
-- @col caller text
-- @col kept_until date
SELECT talent._instant(r.checked_at) AS checked_at, r.result, r.name, r.version, r.caller, r.kept_until
FROM talent.verification_record r
WHERE r.reference = $1::bytea AND r.kept_until >= talent._today()
