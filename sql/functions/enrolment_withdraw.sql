-- Takes somebody out of a session that is not over. What is on record stays, and says why; the seat is free.
--
-- @null _note
-- @outcome withdrawn
-- @outcome replayed                is out, for that reason
-- @outcome other_reason            is out for another reason: reason, since
-- @outcome enrolment_not_found     or of another session
-- @outcome session_state           nobody leaves it any more: state, allowed
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.enrolment_withdraw(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_session uuid, _enrolment uuid, _reason text, _note text,
	OUT outcome text, OUT state text, OUT allowed text, OUT reason text, OUT since date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_e enrolment;
	_becomes text;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'enrolment_withdraw', _idem_key, _idem_print, _enrolment) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT s.state INTO state FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	SELECT * INTO _e FROM enrolment e WHERE e.id = _enrolment AND e.session = _session;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('session', state, 'unenrol') l;
	IF _e.id IS NULL THEN
		outcome := 'enrolment_not_found';
	ELSIF _e.state = 'withdrawn' AND _e.state_reason = _reason THEN
		outcome := 'replayed';
	ELSIF _e.state = 'withdrawn' THEN
		outcome := 'other_reason';
		reason := _e.state_reason;
		since := _day(_e.state_since);
	ELSIF _becomes IS NULL THEN
		outcome := 'session_state';
	ELSE
		UPDATE enrolment e SET state = 'withdrawn', state_since = now(), state_reason = _reason
		WHERE e.id = _enrolment;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'enrolment_withdraw', _enrolment,
		    jsonb_build_object('session', _session, 'reason', _reason, 'note', _note));
		outcome := 'withdrawn';
	END IF;
	PERFORM _idempotency_end(_actor, 'enrolment_withdraw', _idem_key,
	    CASE WHEN outcome IN ('withdrawn', 'replayed') THEN _enrolment END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.enrolment_withdraw TO talent_worker;
