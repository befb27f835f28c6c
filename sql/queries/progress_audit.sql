-- Recounts a programme from its source rows and sets both figures side by side, in one
-- snapshot. Not for a shared connection: it reads everything, each table once. Certificates are
-- gathered by person in one pass, so that no plan can look for a person's others one by one.
--
-- @arg slug text
-- @row many
-- @col measure text
-- @col counted bigint
-- @col recounted bigint
-- @col folded_days bigint          sum over count_total plus unfolded deltas; must equal counted
WITH p AS MATERIALIZED (
	SELECT * FROM talent.programme WHERE slug = $1::text
), person AS (
	SELECT count(*) FILTER (WHERE c.here AND c.kind = 'skill_grade') AS skill_grade,
		count(*) FILTER (WHERE c.here AND c.kind = 'company') AS company,
		bool_or(c.here AND c.live) AND NOT bool_or(c.earlier) AS newly,
		bool_or(c.here AND c.live AND c.mid) AND NOT bool_or(c.earlier) AS mid
	FROM (
		SELECT c.person, c.kind,
			c.issued_on BETWEEN p.window_from AND p.window_to
			AND starts_with(c.district, p.district_prefix) AS here,
			c.kind = 'skill_grade' AND s.state <> 'revoked' AS live,
			c.kind = 'skill_grade' AND c.issued_on < p.window_from AS earlier,
			coalesce(l.counts_as_intermediate, false) AS mid
		FROM talent.certificate c
		JOIN talent.certificate_state s ON s.certificate = c.id
		LEFT JOIN talent.level l ON l.code = c.level
		CROSS JOIN p
		WHERE s.state <> 'void'
	) c
	GROUP BY c.person
), issued AS MATERIALIZED (
	SELECT coalesce(sum(n.skill_grade), 0)::bigint AS skill_grade,
		coalesce(sum(n.company), 0)::bigint AS company,
		count(*) FILTER (WHERE n.newly) AS newly, count(*) FILTER (WHERE n.mid) AS mid
	FROM person n
), trained AS MATERIALIZED (
	SELECT count(DISTINCT s.id) AS sessions, count(*) FILTER (WHERE e.state = 'completed') AS people
	FROM p
	JOIN talent.training_session s ON s.completed_on BETWEEN p.window_from AND p.window_to
		AND starts_with(s.counted_district, p.district_prefix)
	LEFT JOIN talent.enrolment e ON e.session = s.id
), recount (measure, n) AS (
	SELECT 'sessions_completed', sessions FROM trained
	UNION ALL
	SELECT 'training_completions', people FROM trained
	UNION ALL
	SELECT 'assessments_taken', count(*) FROM talent.assessment a
	JOIN talent.exam x ON x.id = a.exam
	JOIN p ON x.held_on BETWEEN p.window_from AND p.window_to
		AND starts_with(x.district, p.district_prefix)
	WHERE a.attendance = 'present' AND a.state <> 'annulled'
	UNION ALL
	SELECT 'certificates_skill_grade', skill_grade FROM issued
	UNION ALL
	SELECT 'certificates_company', company FROM issued
	UNION ALL
	SELECT 'newly_certified', newly FROM issued
	UNION ALL
	SELECT 'mid_or_higher', mid FROM issued
), unfolded AS MATERIALIZED (
	SELECT d.measure, sum(d.n) AS n FROM talent.count_delta d JOIN p ON p.slug = d.programme
	GROUP BY d.measure
), folded AS MATERIALIZED (
	SELECT t.measure, sum(t.n) AS n FROM talent.count_total t JOIN p ON p.slug = t.programme
	GROUP BY t.measure
)
SELECT r.measure, coalesce(g.n, 0) + coalesce(d.n, 0) AS counted, r.n AS recounted,
	(coalesce(t.n, 0) + coalesce(d.n, 0))::bigint AS folded_days
FROM recount r
CROSS JOIN p
LEFT JOIN talent.count_grand g ON g.programme = p.slug AND g.measure = r.measure
LEFT JOIN unfolded d ON d.measure = r.measure
LEFT JOIN folded t ON t.measure = r.measure
ORDER BY r.measure
