-- Brings a person's standing in every programme up to the person's certificates, and
-- records each difference as deltas: +1 where the person now counts, -1 where the unit was.
-- The caller holds the person's row; two callers for one person never run at once, so
-- nobody is counted twice. Rules newly-certified and mid-or-higher, version 1.
CREATE OR REPLACE FUNCTION talent._recount_person(_person uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	WITH mine AS MATERIALIZED (
		SELECT c.id, c.district, c.body, c.level, c.issued_on, c.issued_at,
		    s.state IN ('valid', 'suspended') AS live,
		    coalesce(l.counts_as_intermediate, false) AS mid
		FROM talent.certificate_state s
		JOIN talent.certificate c ON c.id = s.certificate
		LEFT JOIN talent.level l ON l.code = c.level
		WHERE s.person = _person AND s.kind = 'skill_grade' AND s.state <> 'void'
	), want AS (
		SELECT DISTINCT ON (p.slug, g.measure) p.slug AS programme, g.measure, m.id,
		    m.district, m.body, coalesce(m.level, '') AS level,
		    date_trunc('month', m.issued_on)::date AS month
		FROM mine m
		JOIN talent.programme p ON m.issued_on BETWEEN p.window_from AND p.window_to
		    AND starts_with(m.district, p.district_prefix)
		JOIN (VALUES ('newly_certified', false), ('mid_or_higher', true)) g (measure, mid)
		    ON m.mid OR NOT g.mid
		WHERE m.live
		AND NOT EXISTS (SELECT FROM mine b WHERE b.issued_on < p.window_from)
		ORDER BY p.slug, g.measure, m.issued_at, m.id
	), diff AS MATERIALIZED (
		SELECT coalesce(w.programme, h.programme) AS programme,
		    coalesce(w.measure, h.measure) AS measure,
		    w.id, w.district, w.body, w.level, w.month,
		    h.certificate AS old, h.district AS old_district, h.body AS old_body,
		    h.level AS old_level, h.month AS old_month
		FROM want w
		FULL JOIN (SELECT * FROM talent.person_standing WHERE person = _person) h
		    ON h.programme = w.programme AND h.measure = w.measure
		WHERE w.id IS DISTINCT FROM h.certificate
	), gone AS (
		DELETE FROM talent.person_standing s USING diff d
		WHERE s.person = _person AND s.programme = d.programme AND s.measure = d.measure
		AND d.id IS NULL
	), kept AS (
		INSERT INTO talent.person_standing
		    (person, programme, measure, certificate, district, body, level, month)
		SELECT _person, d.programme, d.measure, d.id, d.district, d.body, d.level, d.month
		FROM diff d WHERE d.id IS NOT NULL
		ON CONFLICT (person, programme, measure) DO UPDATE
		SET certificate = excluded.certificate, district = excluded.district,
		    body = excluded.body, level = excluded.level, month = excluded.month
	)
	INSERT INTO talent.count_delta (programme, measure, district, body, level, month, n)
	SELECT d.programme, d.measure, d.old_district, d.old_body, d.old_level, d.old_month, -1
	FROM diff d WHERE d.old IS NOT NULL
	UNION ALL
	SELECT d.programme, d.measure, d.district, d.body, d.level, d.month, 1
	FROM diff d WHERE d.id IS NOT NULL;
END
$$;
