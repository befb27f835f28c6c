-- Fills at most _limit measures of programmes that were opened, or whose windows were moved. Nothing is counted
-- meanwhile, so that a background job does one in each transaction.
CREATE OR REPLACE FUNCTION talent.measures_fill(_limit int, OUT filled int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_x record;
BEGIN
	filled := 0;
	IF NOT pg_try_advisory_xact_lock(7103, 5) THEN	-- one host at a time
		RETURN;
	END IF;
	FOR _x IN SELECT x.programme, x.measure FROM programme_measure x
	    WHERE x.filled_at IS NULL ORDER BY x.programme, x.measure LIMIT _limit LOOP
		PERFORM _measure_fill(_x.programme, _x.measure);
		filled := filled + 1;
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION talent.measures_fill TO talent_clerk, talent_jobs;
