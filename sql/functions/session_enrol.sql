-- Enrols one person. _enrolment and the person's id are new ones chosen by the caller; whoever left the session
-- and comes back has his enrolment of before.
--
-- @json _person new_person
-- @outcome enrolled
-- @outcome replayed                was enrolled; its id
-- @outcome session_not_found
-- @outcome session_closed          state, allowed
-- @outcome session_full
-- @outcome person_name_differs     results have bound another name; or in this session the document has one
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_enrol(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_enrolment uuid, _session uuid, _person json,
	OUT outcome text, OUT enrolment uuid, OUT state text, OUT allowed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s training_session;
BEGIN
	SELECT i.seen, i.object INTO outcome, enrolment
	FROM _idempotency(_actor, 'session_enrol', _idem_key, _idem_print, _enrolment) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- The session's row first: the seats are counted under it.
	SELECT * INTO _s FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	IF _s.id IS NULL THEN
		outcome := 'session_not_found';
	ELSE
		SELECT o.outcome, o.enrolment INTO outcome, enrolment
		FROM _enrol_one(_actor, _request, _s, _enrolment, json_populate_record(NULL::new_person, _person)) o;
		SELECT l.allowed INTO allowed FROM _life('session', _s.state, 'enrol') l;
		state := _s.state;
	END IF;
	PERFORM _idempotency_end(_actor, 'session_enrol', _idem_key,
	    CASE WHEN outcome IN ('enrolled', 'replayed') THEN enrolment END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_enrol TO talent_worker;
