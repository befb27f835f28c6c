-- Puts one person on the roster of an exam whose guard the caller holds. candidate null: the registry knows the document
-- under another name, or this roster does.
CREATE OR REPLACE FUNCTION talent._candidate_enrol(_exam uuid, _c talent.new_candidate,
	OUT candidate uuid, OUT changed boolean)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_p new_person := _c.person;
	_who uuid;
	_had exam_candidate;
BEGIN
	LOOP
		SELECT p.id INTO _who FROM person p WHERE p.id = _person_of(_p.id_hash, _p.name) FOR NO KEY UPDATE;
		EXIT WHEN _who IS NOT NULL;
		IF _person_add(_p) THEN
			_who := _p.id;
		END IF;
	END LOOP;
	SELECT * INTO _had FROM exam_candidate c WHERE c.exam = _exam AND c.person = _who;
	IF NOT _name_agrees(_who, _p)
	    OR (_had.state = 'listed' AND _had.name <> '*' AND NOT _name_was(_who, _had.name, _p)) THEN
		RETURN;
	END IF;
	candidate := coalesce(_had.id, _c.id);
	changed := _had.id IS NULL OR _had.state <> 'listed' OR _had.name = '*'
	    OR coalesce(_c.employer, _had.employer) IS DISTINCT FROM _had.employer;
	IF _had.id IS NULL THEN
		INSERT INTO exam_candidate (id, exam, person, name, employer)
		VALUES (candidate, _exam, _who, _p.name, _c.employer);
	ELSIF changed THEN
		UPDATE exam_candidate c SET state = 'listed', state_reason = NULL,
		    state_since = CASE _had.state WHEN 'listed' THEN c.state_since ELSE now() END,
		    name = CASE WHEN _had.state = 'listed' AND _had.name <> '*' THEN c.name ELSE _p.name END,
		    employer = coalesce(_c.employer, c.employer)
		WHERE c.id = _had.id;
	END IF;
	PERFORM _name_add(_who, _p, 'enrolment', candidate);
END
$$;
