-- The certificates of one assessment, skill_grade first; whatever their state, since a
-- repetition of a submission answers what the first did: then with the codes that they had at first.
--
-- @arg assessment uuid
-- @arg first boolean
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
JOIN LATERAL (SELECT * FROM talent.certificate_version x
	WHERE x.certificate = c.id AND ($2::boolean OR x.id = s.version)
	ORDER BY x.ordinal LIMIT 1) v ON true
WHERE c.assessment = $1::uuid
ORDER BY c.kind = 'skill_grade' DESC, c.kind
