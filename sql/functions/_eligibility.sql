-- What speaks against somebody's being examined at a level under a standard on a day, or null: prerequisite_unmet (none
-- of the conditions is met), prerequisite_too_recent (one would be, with a certificate that is older; or no condition
-- is named and the certificate is younger than _interval days). _rank and _since: the highest level below that is
-- held, and since when. What a body declares is taken as it is: it stays on record, with its basis.
CREATE OR REPLACE FUNCTION talent._prerequisite_refusal(_standard uuid, _work_type text, _level text, _day date,
	_rank int, _since date, _interval int, _declared jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_c record;
	_any boolean := false;
	_recent boolean := false;
	_years int := coalesce((_declared ->> 'years')::int, 0);
	_declared_rank int := (SELECT l.rank FROM level l WHERE l.code = _declared ->> 'level');
	_educations text[] := '{secondary_vocational,senior_technical,higher_vocational,associate,bachelor,master,doctor}';
BEGIN
	FOR _c IN SELECT coalesce(c.years, 0) AS years, c.education, l.rank FROM standard_condition c
	    LEFT JOIN level l ON l.code = c.prerequisite
	    WHERE c.standard = _standard AND c.version = _standard_version(_standard, _day)
	    AND c.work_type = _work_type AND c.level = _level LOOP
		_any := true;
		CONTINUE WHEN _c.education IS NOT NULL AND (array_position(_educations, _declared ->> 'education')
		    >= array_position(_educations, _c.education)) IS NOT true;
		IF _c.rank IS NULL AND _years >= _c.years OR _declared_rank >= _c.rank AND _years >= _c.years
		    OR _rank >= _c.rank AND (_years >= _c.years OR _since + make_interval(years => _c.years) <= _day) THEN
			RETURN NULL;
		END IF;
		_recent := _recent OR coalesce(_rank >= _c.rank, false);
	END LOOP;
	RETURN CASE WHEN _recent OR NOT _any AND _declared IS NULL AND _since + _interval > _day THEN 'prerequisite_too_recent'
	    WHEN _any THEN 'prerequisite_unmet' END;
END
$$;
GRANT EXECUTE ON FUNCTION talent._prerequisite_refusal(uuid, text, text, date, int, date, int, jsonb)
	TO talent_worker, talent_clerk, talent_jobs;

-- What speaks against a person in an exam, by what the registry knows and what the body declares of him ({level, years,
-- education, basis}): what is noted and what is refused, by what the exam asks. Read before signing and again
-- under the person's lock, so both judge alike. _born null: the document does not say it. What somebody holds in another
-- occupation says nothing; a level of another work type does. Besides the words of _prerequisite_refusal:
-- age_below_minimum (on held_on), level_held (a higher one of the work type).
CREATE OR REPLACE FUNCTION talent._eligibility(_exam uuid, _person uuid, _born date, _declared jsonb,
	OUT sitting text, OUT advancement text, OUT warned text[], OUT refused text[])
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_e record;
	_asks jsonb;
	_rank int;
	_since date;
	_higher boolean := false;
	_against text[] := '{}';
	_modes text[] := '{}';
BEGIN
	SELECT x.occupation, x.work_type, x.level, x.held_on, x.standard, x.eligibility, l.rank INTO _e
	FROM exam x JOIN level l ON l.code = x.level WHERE x.id = _exam;
	_asks := coalesce(_e.eligibility, '{"age": "off", "prerequisite": "off", "level_held": "off"}');
	sitting := 'first';
	IF _person IS NOT NULL THEN
		IF (SELECT true FROM assessment a
		    CROSS JOIN LATERAL (SELECT * FROM exam y WHERE y.id = a.exam LIMIT 1) y
		    WHERE a.person = _person AND a.exam <> _exam AND a.outcome <> 'pass'
		    AND a.state NOT IN ('annulled', 'superseded') AND y.occupation = _e.occupation
		    AND y.work_type = _e.work_type AND y.level = _e.level AND y.held_on <= _e.held_on LIMIT 1) THEN
			sitting := 'resit';
		END IF;
		SELECT l.rank, min(c.issued_on) INTO _rank, _since
		FROM certificate_state s
		JOIN level l ON l.code = s.level
		CROSS JOIN LATERAL (SELECT t.issued_on FROM certificate t WHERE t.id = s.certificate LIMIT 1) c
		WHERE s.person = _person AND s.kind = 'skill_grade' AND s.occupation = _e.occupation
		AND s.state NOT IN ('revoked', 'void') AND l.rank < _e.rank
		GROUP BY l.rank ORDER BY l.rank DESC LIMIT 1;
		_higher := (SELECT true FROM certificate_state s JOIN level l ON l.code = s.level
		    WHERE s.person = _person AND s.kind = 'skill_grade' AND s.occupation = _e.occupation
		    AND s.work_type = _e.work_type AND s.state NOT IN ('revoked', 'void') AND l.rank > _e.rank LIMIT 1);
	END IF;
	advancement := CASE WHEN _rank IS NOT NULL OR _declared ->> 'level' IS NOT NULL THEN 'promotion' ELSE 'first' END;

	IF _born IS NOT NULL AND _asks ->> 'age' <> 'off' AND _born + make_interval(years => coalesce((
	    SELECT x.min_age FROM standard_level x WHERE x.standard = _e.standard AND x.level = _e.level
	    AND x.version = _standard_version(_e.standard, _e.held_on) AND x.work_type = _e.work_type),
	    (_asks ->> 'age_min')::int)) > _e.held_on THEN
		_against := _against || 'age_below_minimum'::text;
		_modes := _modes || (_asks ->> 'age');
	END IF;
	IF _asks ->> 'prerequisite' <> 'off' THEN
		_against := _against || _prerequisite_refusal(_e.standard, _e.work_type, _e.level, _e.held_on, _rank, _since,
		    (_asks ->> 'interval_days')::int, _declared);
		_modes := _modes || (_asks ->> 'prerequisite');
	END IF;
	IF _higher THEN
		_against := _against || 'level_held'::text;
		_modes := _modes || (_asks ->> 'level_held');
	END IF;
	warned := ARRAY(SELECT a.code FROM unnest(_against, _modes) a (code, mode)
	    WHERE a.code IS NOT NULL AND a.mode = 'warn');
	refused := ARRAY(SELECT a.code FROM unnest(_against, _modes) a (code, mode)
	    WHERE a.code IS NOT NULL AND a.mode = 'refuse');
END
$$;
GRANT EXECUTE ON FUNCTION talent._eligibility(uuid, uuid, date, jsonb) TO talent_worker, talent_clerk, talent_jobs;
