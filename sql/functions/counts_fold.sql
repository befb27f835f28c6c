-- Folds up to _limit count deltas into the totals of their day and bucket.
CREATE OR REPLACE FUNCTION talent.counts_fold(
	_limit int,
	OUT folded int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	-- One folder at a time: two would take the same totals in different orders. The second has nothing
	-- to do.
	folded := 0;
	IF NOT pg_try_advisory_xact_lock(7103, 0) THEN
		RETURN;
	END IF;
	WITH gone AS (
		DELETE FROM count_delta d
		WHERE d.id IN (SELECT x.id FROM count_delta x ORDER BY x.id LIMIT _limit)
		RETURNING d.*
	), days AS (
		INSERT INTO count_total AS t
		    (programme, measure, day, district, area, organisation, occupation, edition, work_type,
		    level, month, n)
		SELECT g.programme, g.measure, g.day, g.district, g.area, g.organisation, g.occupation,
		    g.edition, g.work_type, g.level, g.month, sum(g.n)
		FROM gone g GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
		ON CONFLICT (programme, measure, day, district, area, organisation, occupation, edition,
		    work_type, level, month)
		DO UPDATE SET n = t.n + excluded.n
	), grand AS (
		INSERT INTO count_grand AS t (programme, measure, n)
		SELECT g.programme, g.measure, sum(g.n) FROM gone g GROUP BY 1, 2
		ON CONFLICT (programme, measure) DO UPDATE SET n = t.n + excluded.n
	)
	SELECT count(*) INTO folded FROM gone;
END
$$;
GRANT EXECUTE ON FUNCTION talent.counts_fold TO talent_clerk, talent_jobs;
