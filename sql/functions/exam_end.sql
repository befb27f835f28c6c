-- Closes, re-opens or cancels an exam: _action is close, reopen or cancel. One that is closed takes no results until it
-- is re-opened; one of which there is a result, whatever became of it, is not cancelled.
--
-- @null _reason _note
-- @outcome closed
-- @outcome reopened
-- @outcome cancelled
-- @outcome replayed                it is so, for that reason
-- @outcome other_reason            it was cancelled for another reason: reason, since
-- @outcome exam_not_found
-- @outcome exam_state              state, allowed
-- @outcome exam_has_results
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.exam_end(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid, _action text, _reason text, _note text,
	OUT outcome text, OUT state text, OUT allowed text, OUT reason text, OUT since date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := 'exam_' || _action;
	_done constant text := CASE _action WHEN 'close' THEN 'closed' WHEN 'reopen' THEN 'reopened' WHEN 'cancel' THEN 'cancelled' END;
	_wanted constant text := CASE _action WHEN 'reopen' THEN 'open' ELSE _done END;
	_e exam;
	_becomes text;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, _what, _idem_key, _idem_print, _exam) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- Results are stored under the guard, shared.
	PERFORM _guard_alone(7102, _exam);
	SELECT * INTO _e FROM exam e WHERE e.id = _exam FOR NO KEY UPDATE;
	state := _e.state;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('exam', _e.state, _action) l;
	IF _e.id IS NULL THEN
		outcome := 'exam_not_found';
	ELSIF _e.state = _wanted AND (_action <> 'cancel' OR _e.state_reason IS NOT DISTINCT FROM _reason) THEN
		outcome := 'replayed';
	ELSIF _e.state = _wanted THEN
		outcome := 'other_reason';
		reason := coalesce(_e.state_reason, 'other');
		since := _day(coalesce(_e.state_since, _e.created_at));
	ELSIF _becomes IS NULL THEN
		outcome := 'exam_state';
	ELSIF _action = 'cancel' AND EXISTS (SELECT FROM assessment a WHERE a.exam = _exam AND a.state <> 'superseded') THEN
		outcome := 'exam_has_results';
	ELSE
		UPDATE exam e SET state = _becomes, state_since = now(), state_reason = CASE _action WHEN 'cancel' THEN _reason END
		WHERE e.id = _exam;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _exam, jsonb_build_object('from', _e.state, 'to', _becomes,
		    'reason', _reason, 'note', _note));
		outcome := _done;
	END IF;
	PERFORM _idempotency_end(_actor, _what, _idem_key,
	    CASE WHEN outcome IN (_done, 'replayed') THEN _exam END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_end TO talent_worker;
