-- Enrols one person. _enrolment and the person's id are new ones chosen by the caller.
--
-- @json _person new_person
-- @outcome enrolled
-- @outcome replayed                was enrolled; its id
-- @outcome session_not_found
-- @outcome session_closed
-- @outcome session_full
-- @outcome person_name_differs     results have bound another name; or in this session the document has one
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_enrol(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_enrolment uuid, _session uuid, _person json,
	OUT outcome text, OUT enrolment uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s training_session;
	_p new_person := json_populate_record(NULL::new_person, _person);
	_who uuid;
	_enrolled person_name;
BEGIN
	SELECT i.seen, i.object INTO outcome, enrolment
	FROM _idempotency(_actor, 'session_enrol', _idem_key, _idem_print, _enrolment) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	<<work>>
	BEGIN
	-- The session's row first: the seats are counted under it.
	SELECT * INTO _s FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'session_not_found';
		EXIT work;
	END IF;
	LOOP
		SELECT p.id INTO _who FROM person p WHERE p.id_hash = _p.id_hash FOR NO KEY UPDATE;
		IF FOUND THEN
			IF NOT _name_agrees(_who, _p) THEN
				outcome := 'person_name_differs';
				EXIT work;
			END IF;
			SELECT e.id, coalesce(e.name, p.name) INTO enrolment, _enrolled
			FROM enrolment e JOIN person p ON p.id = e.person
			WHERE e.session = _session AND e.person = _who;
			IF FOUND AND _name_was(_who, _enrolled, _p) THEN
				outcome := 'replayed';
				EXIT work;
			ELSIF FOUND THEN
				outcome := 'person_name_differs';
				enrolment := NULL;
				EXIT work;
			END IF;
		END IF;
		IF _s.state <> 'planned' THEN
			outcome := 'session_closed';
			EXIT work;
		ELSIF _s.capacity <= (SELECT count(*) FROM enrolment e WHERE e.session = _session) THEN
			outcome := 'session_full';
			EXIT work;
		END IF;
		EXIT WHEN _who IS NOT NULL;
		IF _person_add(_p) THEN
			_who := _p.id;
			EXIT;
		END IF;
	END LOOP;
	INSERT INTO enrolment (id, session, person, name, born)
	VALUES (_enrolment, _session, _who, _p.name, _p.born);
	PERFORM _name_add(_who, _p, 'enrolment', _enrolment);
	INSERT INTO audit (actor, request, action, object)
	VALUES (_actor, _request, 'session_enrol', _enrolment);
	outcome := 'enrolled';
	enrolment := _enrolment;
	END;
	PERFORM _idempotency_end(_actor, 'session_enrol', _idem_key,
	    CASE WHEN outcome IN ('enrolled', 'replayed') THEN enrolment END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_enrol TO talent_worker;
