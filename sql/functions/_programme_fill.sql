-- Fills what a programme counts and is not filled yet with what was recorded so far, each unit under the
-- Shanghai day on which it was recorded or taken back. Whoever counts holds the lock 7105 shared until his
-- transaction ends, and looks only then at what is filled: what he records is either seen here, or counted
-- by him because he waited. `talentd migrate` calls it.
CREATE OR REPLACE FUNCTION talent._programme_fill(_programme text) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_m record;
BEGIN
	PERFORM pg_advisory_xact_lock(7105, 0);
	PERFORM pg_advisory_xact_lock(7103, 0);		-- nor is anything folded
	FOR _m IN SELECT m.name, m.unit, m.rule
	    FROM programme_measure x JOIN measure m ON m.name = x.measure
	    WHERE x.programme = _programme AND x.filled_at IS NULL ORDER BY m.name LOOP
		DELETE FROM count_delta d WHERE d.programme = _programme AND d.measure = _m.name;
		DELETE FROM count_total t WHERE t.programme = _programme AND t.measure = _m.name;
		DELETE FROM count_grand g WHERE g.programme = _programme AND g.measure = _m.name;
		DELETE FROM person_standing s WHERE s.programme = _programme AND s.measure = _m.name;
		IF _m.unit = 'people' THEN
			PERFORM _fill_people(_programme, _m.name, _m.rule);
		ELSE
			PERFORM _fill_units(_programme, _m.name, _m.rule);
		END IF;
		INSERT INTO count_grand (programme, measure, n)
		SELECT t.programme, t.measure, sum(t.n) FROM count_total t
		WHERE t.programme = _programme AND t.measure = _m.name GROUP BY 1, 2;
	END LOOP;
	UPDATE programme_measure x SET filled_at = now()
	WHERE x.programme = _programme AND x.filled_at IS NULL;
END
$$;
