-- Recounts a programme from its source rows and sets both figures side by side, in one
-- snapshot. Not for a shared connection: it reads everything, each table once. Certificates are
-- gathered by person and by kind in one pass, so that no plan can look for a person's others one by
-- one. It uses nothing of sql/rules, on purpose: a rule without a counterpart here is not recounted.
--
-- As if its window were another one, also of what is not filled; or (measures given) as if there were such a
-- programme; or (joiner given) as if that organisation were in an area from a day on.
--
-- @arg slug text
-- @arg window_from date?
-- @arg window_to date?
-- @arg district_prefix text?
-- @arg area text?
-- @arg occupations text[]?
-- @arg measures text[]?
-- @arg joiner text?                an organisation's slug
-- @arg joins text?                 none: out of any
-- @arg joins_from date?
-- @row many
-- @col measure text
-- @col counted bigint
-- @col recounted bigint?           null: nobody knows how
-- @col folded_days bigint          sum over count_total plus unfolded deltas; must equal counted
WITH p AS MATERIALIZED (
	SELECT p.slug, coalesce($2::date, p.window_from) AS window_from, coalesce($3::date, p.window_to) AS window_to,
		p.district_prefix, p.area, p.occupations
	FROM talent.programme p WHERE p.slug = $1::text AND $7::text[] IS NULL
	UNION ALL
	SELECT $1::text COLLATE "C", $2::date, $3::date, $4::text COLLATE "C", $5::text COLLATE "C", $6::text[]
	WHERE $7::text[] IS NOT NULL
), j AS MATERIALIZED (	-- always one row
	SELECT (SELECT o.id FROM talent.organisation o WHERE o.slug = $8::text) AS organisation,
		nullif($9::text, 'none') COLLATE "C" AS area, $10::date AS valid_from
), m AS MATERIALIZED (
	SELECT m.*, 1::bigint << (row_number() OVER (ORDER BY m.name) - 1)::int AS bit
	FROM talent.measure m
	WHERE CASE WHEN $7::text[] IS NOT NULL THEN m.name = ANY ($7::text[]) ELSE m.name IN (
		SELECT x.measure FROM talent.programme_measure x
		WHERE x.programme = $1::text AND (x.filled_at IS NOT NULL OR $2::date IS NOT NULL)) END
), trade AS MATERIALIZED (	-- which measures take an occupation's work type and level, as bits
	SELECT w.occupation, w.edition, w.slug AS work_type, l.code AS level,
		coalesce(bit_or(m.bit) FILTER (WHERE (p.occupations IS NULL OR w.occupation = ANY (p.occupations))
			AND (m.work_types IS NULL OR w.slug = ANY (m.work_types))
			AND (l.mid OR NOT m.intermediate)), 0) AS takes
	FROM talent.work_type w
	CROSS JOIN (SELECT code, counts_as_intermediate FROM talent.level
		UNION ALL SELECT '', false) l (code, mid)
	CROSS JOIN p
	CROSS JOIN m
	GROUP BY 1, 2, 3, 4
), issued AS MATERIALIZED (	-- a row for each person, and one for each kind and what takes it
	SELECT grouping(c.person) = 1 AS by_kind, c.kind, c.takes, count(*) AS n,
		bit_or(c.takes) FILTER (WHERE c.live) AS holds, bool_or(c.earlier) AS earlier
	FROM (
		SELECT coalesce(l.canonical, c.person) AS person, c.kind, CASE WHEN c.issued_on BETWEEN p.window_from AND p.window_to
				AND starts_with(c.district, p.district_prefix)
				AND (p.area IS NULL OR p.area = CASE WHEN c.body = j.organisation AND c.issued_on >= j.valid_from
					THEN j.area ELSE (SELECT a.area FROM talent.organisation_area a
					WHERE a.organisation = c.body AND c.issued_on BETWEEN a.valid_from AND a.valid_to) END)
			THEN t.takes ELSE 0 END AS takes,
			c.kind = 'skill_grade' AND coalesce(s.erased_from, s.state) <> 'revoked' AS live,
			c.kind = 'skill_grade' AND c.issued_on < p.window_from AS earlier
		FROM talent.certificate c
		JOIN talent.certificate_state s ON s.certificate = c.id
		LEFT JOIN talent.same_person l ON l.person = c.person
		JOIN trade t ON t.occupation = c.occupation AND t.edition = c.edition
			AND t.work_type = c.work_type AND t.level = coalesce(c.level, '')
		CROSS JOIN p
		CROSS JOIN j
		WHERE s.state <> 'void'
	) c
	GROUP BY GROUPING SETS ((c.person), (c.kind, c.takes))
), holders AS MATERIALIZED (
	SELECT i.holds, i.earlier, count(*) AS n FROM issued i WHERE NOT i.by_kind GROUP BY 1, 2
), session AS MATERIALIZED (
	SELECT s.id, t.takes
	FROM p
	CROSS JOIN j
	JOIN talent.training_session s ON s.completed_on BETWEEN p.window_from AND p.window_to
		AND starts_with(s.counted_district, p.district_prefix)
		AND (p.area IS NULL OR p.area = CASE WHEN s.institution = j.organisation AND s.completed_on >= j.valid_from
			THEN j.area ELSE (SELECT a.area FROM talent.organisation_area a
			WHERE a.organisation = s.institution AND s.completed_on BETWEEN a.valid_from AND a.valid_to) END)
	JOIN trade t ON t.occupation = s.occupation AND t.edition = s.edition
		AND t.work_type = s.work_type AND t.level = coalesce(s.level, '')
), trained AS MATERIALIZED (
	SELECT m.name, count(*) AS n, count(DISTINCT coalesce(l.canonical, e.person)) AS people
	FROM talent.enrolment e
	LEFT JOIN talent.same_person l ON l.person = e.person
	JOIN session s ON s.id = e.session
	JOIN m ON m.bit & s.takes <> 0
	WHERE e.state = 'completed'
	GROUP BY m.name
), taken AS MATERIALIZED (
	SELECT t.takes, count(*) AS n
	FROM p
	CROSS JOIN j
	JOIN talent.exam x ON x.held_on BETWEEN p.window_from AND p.window_to
		AND starts_with(x.district, p.district_prefix)
		AND (p.area IS NULL OR p.area = CASE WHEN x.body = j.organisation AND x.held_on >= j.valid_from
			THEN j.area ELSE (SELECT a.area FROM talent.organisation_area a
			WHERE a.organisation = x.body AND x.held_on BETWEEN a.valid_from AND a.valid_to) END)
	JOIN trade t ON t.occupation = x.occupation AND t.edition = x.edition
		AND t.work_type = x.work_type AND t.level = x.level
	JOIN talent.assessment a ON a.exam = x.id
	WHERE a.attendance = 'present' AND a.state NOT IN ('annulled', 'superseded')
	GROUP BY t.takes
), recount AS (
	SELECT m.name, CASE m.rule
		WHEN 'sessions' THEN (SELECT count(*) FROM session s WHERE s.takes & m.bit <> 0)
		WHEN 'completions' THEN coalesce((SELECT t.n FROM trained t WHERE t.name = m.name), 0)
		WHEN 'people_trained' THEN coalesce((SELECT t.people FROM trained t WHERE t.name = m.name), 0)
		WHEN 'results' THEN coalesce((SELECT sum(t.n) FROM taken t WHERE t.takes & m.bit <> 0), 0)
		WHEN 'certificates' THEN coalesce((SELECT sum(i.n) FROM issued i WHERE i.by_kind
			AND i.takes & m.bit <> 0 AND (m.kind IS NULL OR m.kind = i.kind)), 0)
		WHEN 'people_certified' THEN coalesce((SELECT sum(h.n) FROM holders h
			WHERE h.holds & m.bit <> 0 AND NOT (m.first_time AND h.earlier)), 0)
		END AS n
	FROM m
), unfolded AS MATERIALIZED (
	SELECT d.measure, sum(d.n) AS n FROM talent.count_delta d JOIN p ON p.slug = d.programme
	GROUP BY d.measure
), folded AS MATERIALIZED (
	SELECT t.measure, sum(t.n) AS n FROM talent.count_total t JOIN p ON p.slug = t.programme
	GROUP BY t.measure
)
SELECT r.name AS measure, coalesce(g.n, 0) + coalesce(d.n, 0) AS counted, r.n::bigint AS recounted,
	(coalesce(t.n, 0) + coalesce(d.n, 0))::bigint AS folded_days
FROM recount r
CROSS JOIN p
LEFT JOIN talent.count_grand g ON g.programme = p.slug AND g.measure = r.name
LEFT JOIN unfolded d ON d.measure = r.name
LEFT JOIN folded t ON t.measure = r.name
ORDER BY r.name
