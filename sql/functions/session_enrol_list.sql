-- Enrols a list of people: all of them, or nobody. _enrolments: as many new ids, of which those are used whose
-- people are not enrolled yet.
--
-- @json _people new_person[]
-- @outcome enrolled
-- @outcome replayed                all of them were enrolled
-- @outcome session_not_found
-- @outcome session_closed          state, allowed
-- @outcome session_full            seats = how many are free
-- @outcome person_name_differs     of whom: differs
-- @outcome idempotency_key_reused
-- @col enrolments text             a JSON array of {"id","state"} in the list's order
-- @col differs text                places in the list from 0, comma separated
CREATE OR REPLACE FUNCTION talent.session_enrol_list(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_session uuid, _enrolments uuid[], _people json,
	OUT outcome text, OUT enrolments text, OUT differs text, OUT seats bigint, OUT state text, OUT allowed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s training_session;
	_one record;
	_answer jsonb;
	_did record;
	_made uuid[] := _enrolments;
	_new int := 0;
BEGIN
	SELECT i.seen, i.answer INTO outcome, _answer
	FROM _idempotency(_actor, 'session_enrol_list', _idem_key, _idem_print, _session) i;
	enrolments := _answer::text;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO _s FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	SELECT l.allowed INTO allowed FROM _life('session', _s.state, 'enrol') l;
	state := _s.state;
	SELECT greatest(_s.capacity - count(*), 0) INTO seats FROM enrolment e
	WHERE e.session = _session AND e.state = 'enrolled';

	<<work>>
	BEGIN
	-- In the order of the hashes: of two lists with the same people neither waits for the other's.
	FOR _one IN SELECT p.n, p.person FROM (
	    SELECT row_number() OVER () AS n, r AS person
	    FROM json_populate_recordset(NULL::new_person, _people) r) p ORDER BY (p.person).id_hash LOOP
		SELECT o.outcome, o.enrolment INTO _did
		FROM _enrol_one(_actor, _request, _s, _enrolments[_one.n], _one.person) o;
		_made[_one.n] := _did.enrolment;
		_new := _new + (_did.outcome = 'enrolled')::int;
		IF _did.outcome = 'person_name_differs' THEN
			differs := concat_ws(',', differs, (_one.n - 1)::text);
		ELSIF _did.outcome NOT IN ('enrolled', 'replayed') THEN
			outcome := _did.outcome;
			EXIT;
		END IF;
	END LOOP;
	outcome := CASE WHEN _s.id IS NULL THEN 'session_not_found' WHEN outcome IS NOT NULL THEN outcome
	    WHEN differs IS NOT NULL THEN 'person_name_differs' WHEN _new > 0 THEN 'enrolled' ELSE 'replayed' END;
	IF outcome NOT IN ('enrolled', 'replayed') THEN
		RAISE EXCEPTION 'nobody is enrolled' USING ERRCODE = 'TA000';
	END IF;
	-- What was refused undoes what was done before it.
	EXCEPTION WHEN SQLSTATE 'TA000' THEN
		NULL;
	END;
	IF outcome IN ('enrolled', 'replayed') THEN
		SELECT jsonb_agg(jsonb_build_object('id', m.id, 'state', 'enrolled') ORDER BY m.n) INTO _answer
		FROM unnest(_made) WITH ORDINALITY m (id, n);
		enrolments := _answer::text;
	END IF;
	PERFORM _idempotency_end(_actor, 'session_enrol_list', _idem_key,
	    CASE WHEN outcome IN ('enrolled', 'replayed') THEN _session END, _answer);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_enrol_list TO talent_worker;
