-- A correction that was asked for is refused by an administrator or withdrawn by its body: _action is refuse or withdraw.
-- Whoever is first decides.
--
-- @null _reason _note
-- @outcome refused
-- @outcome withdrawn
-- @outcome replayed                it is so, for that reason
-- @outcome other_reason            it was refused for another reason: reason, since
-- @outcome correction_state        state, allowed
-- @outcome decider_of_body         refused by somebody of the body that asked
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.correction_end(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _action text, _reason text, _note text,
	OUT outcome text, OUT state text, OUT allowed text, OUT reason text, OUT since date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := 'correction_' || _action;
	_done constant text := CASE _action WHEN 'refuse' THEN 'refused' WHEN 'withdraw' THEN 'withdrawn' END;
	_c correction;
	_becomes text;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, _what, _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO _c FROM correction c WHERE c.id = _id FOR NO KEY UPDATE;
	state := _c.state;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('correction', _c.state, _action) l;
	outcome := CASE
	    WHEN _c.id IS NULL THEN 'not_found'
	    WHEN _c.state = _done AND _c.refusal IS NOT DISTINCT FROM _reason THEN 'replayed'
	    WHEN _c.state = _done THEN 'other_reason'
	    WHEN _becomes IS NULL THEN 'correction_state'
	    WHEN _action = 'refuse' AND (_staff_of(_actor)).organisation = _c.body THEN 'decider_of_body'
	    ELSE _done END;
	IF outcome = 'other_reason' THEN
		reason := coalesce(_c.refusal, 'other');
		since := _day(_c.decided_at);
	ELSIF outcome = _done THEN
		UPDATE correction c SET state = _becomes, refusal = _reason, decision_note = _note, decided_by = _actor,
		    decided_at = now(), id_cipher = NULL
		WHERE c.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _id, jsonb_build_object('assessment', _c.assessment, 'reason', _reason,
		    'note', _note));
	END IF;
	PERFORM _idempotency_end(_actor, _what, _idem_key,
	    CASE WHEN outcome IN (_done, 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.correction_end TO talent_worker;
