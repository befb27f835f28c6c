-- Publishes or cancels a session: _action is publish or cancel. Whoever is enrolled in a session that is cancelled
-- is so no more; nothing of it is ever counted.
--
-- @null _reason _note
-- @outcome published
-- @outcome cancelled
-- @outcome replayed                it is so, for that reason
-- @outcome other_reason            it was cancelled for another reason: reason, since
-- @outcome session_not_found
-- @outcome session_state           state, allowed
-- @outcome idempotency_key_reused
-- @col cancelled bigint            how many were enrolled
CREATE OR REPLACE FUNCTION talent.session_move(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_session uuid, _action text, _reason text, _note text,
	OUT outcome text, OUT state text, OUT allowed text, OUT reason text, OUT since date, OUT cancelled bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := 'session_' || _action;
	_wanted constant text := CASE _action WHEN 'publish' THEN 'published' WHEN 'cancel' THEN 'cancelled' END;
	_s training_session;
	_becomes text;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, _what, _idem_key, _idem_print, _session) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _s FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	state := _s.state;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('session', _s.state, _action) l;
	IF _s.id IS NULL THEN
		outcome := 'session_not_found';
	ELSIF outcome = 'replayed' OR (_s.state = _wanted AND _s.state_reason IS NOT DISTINCT FROM _reason) THEN
		outcome := 'replayed';
	ELSIF _s.state = _wanted THEN
		outcome := 'other_reason';
		reason := coalesce(_s.state_reason, 'other');
		since := _day(coalesce(_s.state_since, _s.created_at));
	ELSIF _becomes IS NULL THEN
		outcome := 'session_state';
	ELSE
		UPDATE training_session s SET state = _becomes, state_since = now(), state_reason = _reason
		WHERE s.id = _session;
		IF _becomes = 'cancelled' THEN
			UPDATE enrolment e SET state = 'cancelled', state_since = now()
			WHERE e.session = _session AND e.state = 'enrolled';
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _session, jsonb_build_object('from', _s.state, 'to', _becomes,
		    'reason', _reason, 'note', _note));
		outcome := _wanted;
		state := _becomes;
	END IF;
	SELECT count(*) INTO cancelled FROM enrolment e WHERE e.session = _session AND e.state = 'cancelled';
	PERFORM _idempotency_end(_actor, _what, _idem_key,
	    CASE WHEN outcome IN (_wanted, 'replayed') THEN _session END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_move TO talent_worker;
