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
WITH RECURSIVE here (id, passes) AS (
	SELECT $1::uuid, (SELECT a.outcome = 'pass' FROM talent.assessment a WHERE a.id = $1::uuid)
	UNION ALL	-- at first it had those that have followed to the pass that corrects it
	SELECT n.id, n.outcome = 'pass' FROM here
	CROSS JOIN LATERAL (SELECT * FROM talent.assessment a WHERE a.supersedes = here.id LIMIT 1) n
	WHERE $2::boolean AND here.passes
)
SELECT c.kind, c.number, c.level, v.title, v.issuer_name, c.issued_on, v.code
FROM talent.certificate c
JOIN talent.certificate_state s ON s.certificate = c.id
JOIN LATERAL (SELECT * FROM talent.certificate_version x
	WHERE x.certificate = c.id AND ($2::boolean OR x.id = s.version)
	ORDER BY x.ordinal LIMIT 1) v ON true
WHERE c.assessment = ANY (ARRAY(SELECT h.id FROM here h WHERE h.passes))
ORDER BY c.kind = 'skill_grade' DESC, c.kind
