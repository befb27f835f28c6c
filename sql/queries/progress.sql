-- Goals and counts, exact in this statement's snapshot: grand totals plus unfolded deltas. A row for each
-- programme and goal in their order, then one for each measure that is shown beside them; null = every
-- programme. What is not filled is not there.
--
-- @arg slug text?
-- @row many
-- @col programme text
-- @col title text
-- @col title_en text
-- @col window_from date
-- @col window_to date
-- @col now instant
-- @col today date
-- @col goal text?                  its key; null: a measure
-- @col also text?                  where the measure stands, as a.b
-- @col unit text
-- @col count bigint
-- @col target bigint?
-- @col rule text?
-- @col rule_version int?
WITH figure AS MATERIALIZED (
	SELECT x.programme, x.measure, coalesce(sum(u.n), 0) AS n
	FROM talent.programme_measure x
	LEFT JOIN (
		SELECT programme, measure, n FROM talent.count_grand
		UNION ALL
		SELECT programme, measure, n FROM talent.count_delta
	) u ON u.programme = x.programme AND u.measure = x.measure
	WHERE x.filled_at IS NOT NULL
	GROUP BY x.programme, x.measure
), shown AS (
	SELECT g.programme, 1 AS part, g.position, g.key AS goal, NULL AS also, g.unit,
		sum(f.n) AS count, g.target, g.rule, g.rule_version
	FROM talent.goal g
	JOIN figure f ON f.programme = g.programme AND f.measure = ANY (g.measures)
	GROUP BY g.programme, g.key
	HAVING count(*) = cardinality(g.measures)
	UNION ALL
	SELECT f.programme, 2, m.position, NULL, m.also, m.unit, f.n, NULL, NULL, NULL
	FROM figure f
	JOIN talent.measure m ON m.name = f.measure
	WHERE m.also IS NOT NULL
)
SELECT p.slug AS programme, p.title, p.title_en, p.window_from, p.window_to,
	talent._instant(now()) AS now, talent._today() AS today, s.goal, s.also, s.unit,
	s.count::bigint AS count, s.target, s.rule, s.rule_version
FROM talent.programme p
JOIN shown s ON s.programme = p.slug
WHERE $1::text IS NULL OR p.slug = $1::text
ORDER BY p.position, p.slug, s.part, s.position
