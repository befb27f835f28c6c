-- Programmes by name, after the cursor, or one.
--
-- @arg slug text?
-- @arg after text?
-- @arg limit int
-- @row many
-- @col slug text
-- @col id uuid
-- @col title text
-- @col title_en text
-- @col window_from date
-- @col window_to date
-- @col state text                  upcoming, open, ended
-- @col district_prefix text
-- @col area text?
-- @col occupations text?           null: of all
-- @col measures text
-- @col filled bool                 everything is counted; otherwise a background job is about to
-- @col version int
-- @col goals text                  JSON
SELECT p.slug, p.id, p.title, p.title_en, p.window_from, p.window_to,
	CASE WHEN talent._today() < p.window_from THEN 'upcoming' WHEN talent._today() > p.window_to THEN 'ended'
		ELSE 'open' END AS state,
	p.district_prefix, p.area, array_to_string(p.occupations, ',') AS occupations, m.measures, m.filled,
	(SELECT max(v.version) FROM talent.programme_version v WHERE v.programme = p.slug) AS version,
	coalesce((SELECT json_agg(json_build_object('key', g.key, 'title', g.title, 'title_en', g.title_en,
		'unit', g.unit, 'target', g.target, 'measures', g.measures, 'rule', g.rule,
		'rule_version', g.rule_version, 'reached_on', g.reached_on, 'evidence', g.evidence)
		ORDER BY g.position)::text FROM talent.goal g WHERE g.programme = p.slug), '[]') AS goals
FROM talent.programme p
CROSS JOIN LATERAL (SELECT coalesce(string_agg(x.measure, ',' ORDER BY x.measure), '') AS measures,
	coalesce(bool_and(x.filled_at IS NOT NULL), true) AS filled
	FROM talent.programme_measure x WHERE x.programme = p.slug) m
WHERE ($1::text IS NULL OR p.slug = $1::text) AND ($2::text IS NULL OR p.slug > $2::text)
ORDER BY p.slug
LIMIT $3::int
