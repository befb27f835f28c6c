-- What somebody should look at, of any programme: sessions of another district than their institution's, which
-- decides who sees them (an institution may have moved since, earlier versions took what was typed); and people who
-- may be one, because their names are one as compared and their documents, of one type, end alike: nobody has
-- merged them. Not for a shared connection: it reads everything. total says how many there are.
--
-- @row many
-- @col what text
-- @col ids text                    of the session, or of the people; comma separated
-- @col organisation text?          who holds the session
-- @col name text?                  its title
-- @col district text?              what is recorded
-- @col belongs_in text?            the institution's
-- @col total bigint
SELECT u.what, u.ids, u.organisation, u.name, u.district, u.belongs_in, count(*) OVER () AS total
FROM (
	SELECT 'session_of_another_district' AS what, s.id::text AS ids, o.slug AS organisation, s.title AS name,
		s.district, o.district AS belongs_in
	FROM talent.training_session s JOIN talent.organisation o ON o.id = s.institution
	WHERE s.state <> 'cancelled' AND s.district <> o.district
	UNION ALL
	SELECT 'people_who_may_be_one', string_agg(p.id::text, ',' ORDER BY p.created_at, p.id), NULL, NULL, NULL, NULL
	FROM talent.name_in_force f
	JOIN talent.person p ON p.id = f.person
	JOIN talent.known_name k ON k.person = p.id AND k.name = f.name
		AND k.n = (SELECT max(l.n) FROM talent.known_name l WHERE l.person = p.id)
	GROUP BY k.ordered, p.id_type, p.id_masked
	HAVING count(*) > 1 AND count(DISTINCT f.name) > 1
) u
ORDER BY u.what, u.ids
LIMIT 100
