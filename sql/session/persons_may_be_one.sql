-- Groups of people whose names are one as compared and whose documents end alike, so many, and the ids of the first.
--
-- @row one
-- @col groups bigint
-- @col ids text?
SELECT count(*) AS groups, string_agg(x.ids, ', ') FILTER (WHERE x.i <= 20) AS ids FROM (
	SELECT string_agg(p.id::text, ' and ' ORDER BY p.created_at, p.id) AS ids, row_number() OVER () AS i
	FROM talent.name_in_force f
	JOIN talent.person p ON p.id = f.person
	JOIN talent.known_name k ON k.person = p.id AND k.name = f.name
		AND k.n = (SELECT max(l.n) FROM talent.known_name l WHERE l.person = p.id)
	GROUP BY k.ordered, p.id_type, p.id_masked
	HAVING count(*) > 1 AND count(DISTINCT f.name) > 1) x
