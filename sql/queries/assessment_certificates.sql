-- The certificates of one assessment, skill_grade first; whatever their state, since a
-- repetition of a submission answers what the first did.
--
-- @arg assessment uuid
-- @row many
-- @col kind certificate_kind
-- @col number text
-- @col level text?
-- @col title text
-- @col issuer_name text
-- @col issued_on date
-- @col code bytea(16)
SELECT c.kind, c.number, c.level, v.title, v.issuer_name, c.issued_on, v.code
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id
JOIN talent.certificate_version v ON v.id = s.version
WHERE c.assessment = $1::uuid
ORDER BY c.kind = 'skill_grade' DESC, c.kind
