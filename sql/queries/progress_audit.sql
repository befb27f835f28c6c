-- progress_audit(slug text)
-- args: 1
-- Recounts a programme from its source rows and sets both figures side by side, in one
-- snapshot. Not for a shared connection: it reads everything.
-- Result: measure · counted bigint · recounted bigint · folded_days bigint (sum over
--   count_total plus unfolded deltas; must equal counted)
WITH p AS MATERIALIZED (
	SELECT * FROM talent.programme WHERE slug = $1::text
), issued AS MATERIALIZED (
	SELECT c.id, c.kind, c.person, c.issued_on, c.district, s.state,
		coalesce(l.counts_as_intermediate, false) AS mid
	FROM talent.certificate c
	JOIN talent.certificate_state s ON s.certificate = c.id
	LEFT JOIN talent.level l ON l.code = c.level
	WHERE s.state <> 'void'
), here AS MATERIALIZED (
	SELECT i.* FROM issued i
	JOIN p ON i.issued_on BETWEEN p.window_from AND p.window_to
		AND starts_with(i.district, p.district_prefix)
), people AS MATERIALIZED (
	SELECT h.person, bool_or(h.mid) AS mid FROM here h
	WHERE h.kind = 'skill_grade' AND h.state <> 'revoked'
	AND NOT EXISTS (SELECT FROM issued b JOIN p ON b.issued_on < p.window_from
		WHERE b.person = h.person AND b.kind = 'skill_grade')
	GROUP BY h.person
), recount (measure, n) AS (
	SELECT 'sessions_completed', count(*) FROM talent.training_session s
	JOIN p ON s.completed_on BETWEEN p.window_from AND p.window_to
		AND starts_with(s.counted_district, p.district_prefix)
	UNION ALL
	SELECT 'training_completions', count(*) FROM talent.enrolment e
	JOIN talent.training_session s ON s.id = e.session
	JOIN p ON s.completed_on BETWEEN p.window_from AND p.window_to
		AND starts_with(s.counted_district, p.district_prefix)
	WHERE e.state = 'completed'
	UNION ALL
	SELECT 'assessments_taken', count(*) FROM talent.assessment a
	JOIN talent.exam x ON x.id = a.exam
	JOIN p ON x.held_on BETWEEN p.window_from AND p.window_to
		AND starts_with(x.district, p.district_prefix)
	WHERE a.attendance = 'present' AND a.state <> 'annulled'
	UNION ALL
	SELECT 'certificates_skill_grade', count(*) FROM here WHERE kind = 'skill_grade'
	UNION ALL
	SELECT 'certificates_company', count(*) FROM here WHERE kind = 'company'
	UNION ALL
	SELECT 'newly_certified', count(*) FROM people
	UNION ALL
	SELECT 'mid_or_higher', count(*) FROM people WHERE mid
)
SELECT r.measure, coalesce(g.n, 0) + coalesce(d.n, 0) AS counted, r.n AS recounted,
	coalesce(t.n, 0) + coalesce(d.n, 0) AS folded_days
FROM recount r
CROSS JOIN p
LEFT JOIN talent.count_grand g ON g.programme = p.slug AND g.measure = r.measure
LEFT JOIN LATERAL (SELECT sum(x.n) AS n FROM talent.count_delta x
	WHERE x.programme = p.slug AND x.measure = r.measure) d ON true
LEFT JOIN LATERAL (SELECT sum(x.n) AS n FROM talent.count_total x
	WHERE x.programme = p.slug AND x.measure = r.measure) t ON true
ORDER BY r.measure
