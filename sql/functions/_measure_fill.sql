-- Fills one measure of a programme with what was recorded so far, each unit under the Shanghai day on which
-- it was recorded or taken back. Whoever counts holds the lock 7105 shared until his transaction ends, and
-- looks only then at what is filled: what he records is either seen here, or counted by him because he waited.
CREATE OR REPLACE FUNCTION talent._measure_fill(_programme text, _measure text) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_m measure;
BEGIN
	PERFORM pg_advisory_xact_lock(7105, 0);
	PERFORM pg_advisory_xact_lock(7103, 0);		-- nor is anything folded
	SELECT * INTO STRICT _m FROM measure m WHERE m.name = _measure;
	DELETE FROM count_delta d WHERE d.programme = _programme AND d.measure = _measure;
	DELETE FROM count_total t WHERE t.programme = _programme AND t.measure = _measure;
	DELETE FROM count_grand g WHERE g.programme = _programme AND g.measure = _measure;
	DELETE FROM person_standing s WHERE s.programme = _programme AND s.measure = _measure;
	IF _m.unit = 'people' THEN
		PERFORM _fill_people(_programme, _measure, _m.rule);
	ELSE
		PERFORM _fill_units(_programme, _measure, _m.rule);
	END IF;
	INSERT INTO count_grand (programme, measure, n)
	SELECT t.programme, t.measure, sum(t.n) FROM count_total t
	WHERE t.programme = _programme AND t.measure = _measure GROUP BY 1, 2;
	UPDATE programme_measure x SET filled_at = now() WHERE x.programme = _programme AND x.measure = _measure;
END
$$;
