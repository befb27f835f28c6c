-- The roster of an exam in the order of ids, after the cursor: all, or those of a state.
--
-- @arg exam uuid
-- @arg state text?
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @col id uuid
-- @col state text                  listed, removed
-- @col since instant
-- @col reason text?
-- @col name text
-- @col id_type text
-- @col id_masked text
-- @col employer text?
-- @col assessment uuid?            the result that is in force
--
-- A roster is short: reading all of it is better than a walk along the ids of all rosters.
WITH here AS MATERIALIZED (
	SELECT c.id, c.state, c.state_since, c.state_reason, c.person, c.name, c.employer
	FROM talent.exam_candidate c
	WHERE c.exam = $1::uuid AND ($2::text IS NULL OR c.state = $2::text) AND ($3::uuid IS NULL OR c.id > $3::uuid)
), page AS (
	SELECT * FROM here ORDER BY here.id LIMIT $4::int
)
SELECT c.id, c.state, talent._instant(c.state_since) AS since, c.state_reason AS reason, c.name, p.id_type,
	CASE c.name WHEN '*' THEN '*' ELSE p.id_masked END AS id_masked, c.employer,
	(SELECT a.id FROM talent.assessment a WHERE a.exam = $1::uuid AND a.person = c.person AND a.state <> 'superseded')
		AS assessment
FROM page c
CROSS JOIN LATERAL (
	SELECT x.id_type, x.id_masked FROM talent.person x WHERE x.id = c.person LIMIT 1
) p
ORDER BY c.id
