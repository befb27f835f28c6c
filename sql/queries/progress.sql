-- Goals and counts, exact in this statement's snapshot: grand totals plus unfolded deltas.
-- One row per programme and goal, in their order; null = every programme.
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
-- @col goal text
-- @col unit text
-- @col count bigint
-- @col target bigint
-- @col rule text
-- @col rule_version int
-- @col sessions_completed bigint
-- @col training_completions bigint
-- @col assessments_taken bigint
-- @col certificates_skill_grade bigint
-- @col certificates_company bigint  the programme's, on every row
WITH figure AS MATERIALIZED (
	SELECT u.programme, u.measure, sum(u.n) AS n
	FROM (
		SELECT programme, measure, n FROM talent.count_grand
		UNION ALL
		SELECT programme, measure, n FROM talent.count_delta
	) u
	GROUP BY u.programme, u.measure
)
SELECT p.slug AS programme, p.title, p.title_en, p.window_from, p.window_to,
	talent._instant(now()) AS now, talent._today() AS today, g.key AS goal, g.unit,
	coalesce(sum(f.n) FILTER (WHERE f.measure = ANY (g.measures)), 0)::bigint AS count,
	g.target, g.rule, g.rule_version,
	coalesce(sum(f.n) FILTER (WHERE f.measure = 'sessions_completed'), 0)::bigint AS sessions_completed,
	coalesce(sum(f.n) FILTER (WHERE f.measure = 'training_completions'), 0)::bigint AS training_completions,
	coalesce(sum(f.n) FILTER (WHERE f.measure = 'assessments_taken'), 0)::bigint AS assessments_taken,
	coalesce(sum(f.n) FILTER (WHERE f.measure = 'certificates_skill_grade'), 0)::bigint AS certificates_skill_grade,
	coalesce(sum(f.n) FILTER (WHERE f.measure = 'certificates_company'), 0)::bigint AS certificates_company
FROM talent.programme p
JOIN talent.goal g ON g.programme = p.slug
LEFT JOIN figure f ON f.programme = p.slug
WHERE $1::text IS NULL OR p.slug = $1::text
GROUP BY p.slug, g.programme, g.key
ORDER BY p.position, g.position
