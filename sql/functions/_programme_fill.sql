-- Fills what a programme counts and is not filled yet, all at once. `talentd migrate` calls it.
CREATE OR REPLACE FUNCTION talent._programme_fill(_programme text) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_measure text;
BEGIN
	PERFORM pg_advisory_xact_lock(7105, 0);
	FOR _measure IN SELECT x.measure FROM programme_measure x
	    WHERE x.programme = _programme AND x.filled_at IS NULL ORDER BY x.measure LOOP
		PERFORM _measure_fill(_programme, _measure);
	END LOOP;
END
$$;
