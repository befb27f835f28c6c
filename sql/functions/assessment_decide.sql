-- The company confirms a pass of its dual exam, or vetoes it: _action is confirm or veto. For good; a pass that was
-- vetoed is published with the public certificate alone. Either way nobody waits for the company any more.
--
-- @null _reason _note
-- @outcome confirmed
-- @outcome vetoed
-- @outcome replayed                it is so, for that reason
-- @outcome other_reason            it was vetoed for another reason: reason, since
-- @outcome not_found
-- @outcome no_window               the company has nothing to say to this result
-- @outcome window_state            state, allowed: it has decided otherwise, or too late; or the result waits no more
-- @outcome idempotency_key_reused
-- @col publish_on date             from which day on the pass is published
CREATE OR REPLACE FUNCTION talent.assessment_decide(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_assessment uuid, _action text, _reason text, _note text,
	OUT outcome text, OUT state text, OUT allowed text, OUT reason text, OUT since date, OUT publish_on date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := 'assessment_' || _action;
	_wanted constant text := CASE _action WHEN 'confirm' THEN 'confirmed' WHEN 'veto' THEN 'vetoed' END;
	_a assessment;
	_d company_decision;
	_becomes text;
	_seen boolean;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, _what, _idem_key, _idem_print, _assessment) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	_seen := outcome IS NOT NULL;
	PERFORM FROM person p
	WHERE p.id = (SELECT a.person FROM assessment a WHERE a.id = _assessment)
	FOR NO KEY UPDATE;
	SELECT * INTO _a FROM assessment a WHERE a.id = _assessment;
	SELECT * INTO _d FROM company_decision d WHERE d.assessment = _assessment;
	state := _window_state(_a.window_to, _d.decision);
	IF _d.decision IS NULL AND _a.state NOT IN ('awaiting_publication', 'awaiting_number') THEN
		state := _a.state;
	END IF;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('company_window', state, _action) l;
	publish_on := _a.publish_on;
	IF _a.id IS NULL THEN
		outcome := 'not_found';
	ELSIF _seen OR (_d.decision = _wanted AND _d.reason IS NOT DISTINCT FROM _reason) THEN
		outcome := 'replayed';
	ELSIF _d.decision = _wanted THEN
		outcome := 'other_reason';
		reason := _d.reason;
		since := _day(_d.decided_at);
	ELSIF _a.window_to IS NULL THEN
		outcome := 'no_window';
	ELSIF _becomes IS NULL THEN
		outcome := 'window_state';
	ELSE
		INSERT INTO company_decision (assessment, decision, reason, note)
		VALUES (_assessment, _becomes, _reason, _note);
		publish_on := least(_a.publish_on, (SELECT _publish_from(_a, e.publicity_days) FROM exam e WHERE e.id = _a.exam));
		IF publish_on < _a.publish_on THEN
			UPDATE assessment a SET promised_on = coalesce(a.promised_on, a.publish_on),
			    publish_on = assessment_decide.publish_on
			WHERE a.id = _assessment;
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _assessment, jsonb_build_object('reason', _reason, 'note', _note));
		outcome := _wanted;
	END IF;
	PERFORM _idempotency_end(_actor, _what, _idem_key,
	    CASE WHEN outcome IN (_wanted, 'replayed') THEN _assessment END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_decide TO talent_worker;
