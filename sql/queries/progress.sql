-- Goals and counts, exact in this statement's snapshot: grand totals plus unfolded deltas, or as they were
-- recorded by the end of a Shanghai day. A row for each programme and goal in their order, then one for
-- each measure that is shown beside them; null = every programme. What is not filled is not there.
--
-- @arg slug text?
-- @arg as_of date?                 null: now
-- @row many
-- @col programme text
-- @col title text
-- @col title_en text
-- @col window_from date
-- @col window_to date
-- @col now instant
-- @col today date                  the day of as_of
-- @col goal text?                  its key; null: a measure
-- @col goal_title text?
-- @col goal_title_en text?
-- @col also text?                  where the measure stands, a or b.c
-- @col unit text?                  null: a milestone
-- @col count bigint
-- @col target bigint?
-- @col rule text?
-- @col rule_version int?
-- @col reached_on date?
-- @col evidence text?
WITH figure AS MATERIALIZED (
	SELECT x.programme, x.measure, coalesce(sum(u.n), 0) AS n
	FROM talent.programme_measure x
	LEFT JOIN (
		SELECT programme, measure, n FROM talent.count_grand WHERE $2::date IS NULL
		UNION ALL
		SELECT programme, measure, n FROM talent.count_delta WHERE $2::date IS NULL OR day <= $2::date
		UNION ALL
		SELECT programme, measure, n FROM talent.count_total WHERE $2::date IS NOT NULL AND day <= $2::date
	) u ON u.programme = x.programme AND u.measure = x.measure
	WHERE x.filled_at IS NOT NULL
	GROUP BY x.programme, x.measure
), shown AS (
	SELECT g.programme, 1 AS part, g.position, g.key AS goal, NULL AS also, g.unit,
		sum(f.n) AS count, g.target, g.rule, g.rule_version, NULL::date AS reached_on, NULL AS evidence,
		g.title, g.title_en
	FROM talent.goal g
	JOIN figure f ON f.programme = g.programme AND f.measure = ANY (g.measures)
	GROUP BY g.programme, g.key
	HAVING count(*) = cardinality(g.measures)
	UNION ALL
	SELECT g.programme, 1, g.position, g.key, NULL, NULL, 0, NULL, NULL, NULL, g.reached_on, g.evidence,
		g.title, g.title_en
	FROM talent.goal g
	WHERE g.target IS NULL
	AND g.programme NOT IN (SELECT x.programme FROM talent.programme_measure x WHERE x.filled_at IS NULL)
	UNION ALL
	SELECT f.programme, 2, m.position, NULL, m.also, m.unit, f.n, NULL, NULL, NULL, NULL, NULL, NULL, NULL
	FROM figure f
	JOIN talent.measure m ON m.name = f.measure
	WHERE m.also IS NOT NULL
	AND NOT EXISTS (SELECT FROM talent.goal g WHERE g.programme = f.programme
		AND g.measures = ARRAY[f.measure])
)
SELECT p.slug AS programme, p.title, p.title_en, p.window_from, p.window_to,
	talent._instant(now()) AS now, coalesce($2::date, talent._today()) AS today, s.goal,
	s.title AS goal_title, s.title_en AS goal_title_en, s.also, s.unit, s.count::bigint AS count,
	s.target, s.rule, s.rule_version,
	CASE WHEN s.reached_on <= coalesce($2::date, talent._today()) THEN s.reached_on END AS reached_on,
	s.evidence
FROM talent.programme p
JOIN shown s ON s.programme = p.slug
WHERE $1::text IS NULL OR p.slug = $1::text
ORDER BY p.position, p.slug, s.part, s.position
