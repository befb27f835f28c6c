-- Fills a measure that counts each unit of its rule. A statement of its own for each rule: its plan knows
-- of no other.
CREATE OR REPLACE FUNCTION talent._fill_units(_programme text, _measure text, _rule text) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp SET enable_nestloop = off SET jit = off AS $$
BEGIN
	EXECUTE format($fill$
		INSERT INTO count_total (programme, measure, day, district, area, organisation, occupation,
		    edition, work_type, level, month, n)
		SELECT c.programme, c.measure, d.day, c.district, c.area, c.organisation, c.occupation,
		    c.edition, c.work_type, c.level, c.month, sum(d.n)
		FROM counted c CROSS JOIN LATERAL (VALUES (c.recorded, 1), (c.ended, -1)) d (day, n)
		WHERE c.rule = %L AND c.programme = $1 AND c.measure = $2 AND c.inside AND d.day IS NOT NULL
		GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
	$fill$, _rule) USING _programme, _measure;
END
$$;
