-- Fills a measure that counts people: by which unit each of them counted at the end of each day on which
-- something of theirs was recorded, and what changed from one such day to the next. The last is their
-- standing.
CREATE OR REPLACE FUNCTION talent._fill_people(_programme text, _measure text, _rule text) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
	EXECUTE format($fill$
		WITH mine AS MATERIALIZED (
			SELECT c.programme, c.measure, c.unit, c.day, c.at, c.district, c.area, c.organisation, c.occupation,
			    c.edition, c.work_type, c.level, c.month, c.inside, w.who, w.recorded, w.ended, w.void
			FROM counted c
			LEFT JOIN same_person l ON l.person = c.source
			CROSS JOIN LATERAL (	-- whoever is another one since a day counted apart until then
			    SELECT c.source AS who, c.recorded, least(c.ended, _day(l.since)) AS ended,
			        least(c.void, _day(l.since)) AS void
			    WHERE l.person IS NULL OR c.recorded < _day(l.since)
			    UNION ALL
			    SELECT l.canonical, greatest(c.recorded, _day(l.since)), c.ended, c.void
			    WHERE l.person IS NOT NULL) w
			WHERE c.rule = %L AND c.programme = $1 AND c.measure = $2
		), days AS (
			SELECT DISTINCT m.who, d.day
			FROM mine m CROSS JOIN LATERAL (VALUES (m.recorded), (m.ended), (m.void)) d (day)
			WHERE d.day IS NOT NULL
		), out_of_it AS (
			SELECT DISTINCT d.who, d.day
			FROM days d JOIN mine b ON b.who = d.who AND NOT b.inside
			    AND b.recorded <= d.day AND (b.void > d.day) IS NOT FALSE
		), stood AS (
			SELECT DISTINCT ON (d.who, d.day) d.who, d.day, m.unit
			FROM days d
			LEFT JOIN out_of_it o ON o.who = d.who AND o.day = d.day
			LEFT JOIN mine m ON m.who = d.who AND o.who IS NULL AND m.inside
			    AND m.recorded <= d.day AND (m.ended > d.day) IS NOT FALSE
			ORDER BY d.who, d.day, m.day, m.at, m.unit
		), step AS MATERIALIZED (
			SELECT s.who, s.day, s.unit, lag(s.unit) OVER w AS old,
			    lead(s.day) OVER w IS NULL AS last
			FROM stood s WINDOW w AS (PARTITION BY s.who ORDER BY s.day)
		), kept AS (
			INSERT INTO person_standing (person, programme, measure, unit, district, area,
			    organisation, occupation, edition, work_type, level, month)
			SELECT s.who, m.programme, m.measure, m.unit, m.district, m.area, m.organisation,
			    m.occupation, m.edition, m.work_type, m.level, m.month
			FROM step s JOIN mine m ON m.unit = s.unit AND m.who = s.who WHERE s.last
		)
		INSERT INTO count_total (programme, measure, day, district, area, organisation, occupation,
		    edition, work_type, level, month, n)
		SELECT m.programme, m.measure, s.day, m.district, m.area, m.organisation, m.occupation,
		    m.edition, m.work_type, m.level, m.month, sum(s.n)
		FROM (SELECT who, day, unit, 1 AS n FROM step WHERE unit IS DISTINCT FROM old
		    UNION ALL
		    SELECT who, day, old, -1 FROM step WHERE unit IS DISTINCT FROM old) s
		JOIN mine m ON m.unit = s.unit AND m.who = s.who
		GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	$fill$, _rule) USING _programme, _measure;
END
$$;
