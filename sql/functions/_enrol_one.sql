-- Enrols one person in a session that the caller holds (_s); whoever left it comes back. outcome as session_enrol.
CREATE OR REPLACE FUNCTION talent._enrol_one(_actor uuid, _request text, _s talent.training_session,
	_enrolment uuid, _p talent.new_person, OUT outcome text, OUT enrolment uuid)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_open constant boolean := (SELECT l.becomes IS NOT NULL FROM _life('session', _s.state, 'enrol') l);
	_who uuid;
	_e enrolment;
	_name person_name;
BEGIN
	LOOP
		SELECT p.id, p.name INTO _who, _name FROM person p WHERE p.id = _person_of(_p.id_hash, _p.name)
		FOR NO KEY UPDATE;
		IF FOUND THEN
			IF NOT _name_agrees(_who, _p) THEN
				outcome := 'person_name_differs';
				RETURN;
			END IF;
			SELECT * INTO _e FROM enrolment e WHERE e.session = _s.id AND e.person = _who;
			IF _e.state NOT IN ('withdrawn', 'cancelled') THEN
				IF _name_was(_who, coalesce(_e.name, _name), _p) THEN
					outcome := 'replayed';
					enrolment := _e.id;
				ELSE
					outcome := 'person_name_differs';
				END IF;
				RETURN;
			END IF;
		END IF;
		IF NOT _open THEN
			outcome := 'session_closed';
			RETURN;
		ELSIF _s.capacity <= (SELECT count(*) FROM enrolment e
		    WHERE e.session = _s.id AND e.state = 'enrolled') THEN
			outcome := 'session_full';
			RETURN;
		END IF;
		EXIT WHEN _who IS NOT NULL;
		IF _person_add(_p) THEN
			_who := _p.id;
			EXIT;
		END IF;
	END LOOP;
	enrolment := coalesce(_e.id, _enrolment);
	IF _e.id IS NULL THEN
		INSERT INTO enrolment (id, session, person, name, born)
		VALUES (enrolment, _s.id, _who, _p.name, _p.born);
	ELSE
		UPDATE enrolment e SET state = 'enrolled', state_since = now(), state_reason = NULL, name = _p.name,
		    born = _p.born
		WHERE e.id = _e.id;
	END IF;
	PERFORM _name_add(_who, _p, 'enrolment', enrolment);
	INSERT INTO audit (actor, request, action, object)
	VALUES (_actor, _request, 'session_enrol', enrolment);
	outcome := 'enrolled';
END
$$;
