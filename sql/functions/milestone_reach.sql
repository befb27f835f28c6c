-- Records that a milestone was reached, with the evidence.
--
-- @outcome reached
-- @outcome replayed                recorded already, with that day and evidence
-- @outcome not_found               no such programme, or goal of it
-- @outcome not_a_milestone         a number is reached by counting
-- @outcome already_reached         on another day, or by other evidence: withdraw that first
-- @outcome reached_in_future
-- @outcome before_window           of the programme
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.milestone_reach(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_programme text, _key text, _on date, _evidence text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_p programme;
	_g goal;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'milestone_reach', _idem_key, _idem_print, NULL) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO _p FROM programme p WHERE p.slug = _programme FOR NO KEY UPDATE;
	SELECT * INTO _g FROM goal g WHERE g.programme = _programme AND g.key = _key;
	outcome := CASE WHEN _g.key IS NULL THEN 'not_found'
	    WHEN _g.target IS NOT NULL THEN 'not_a_milestone'
	    WHEN (_g.reached_on, _g.evidence) = (_on, _evidence) THEN 'replayed'
	    WHEN _g.reached_on IS NOT NULL THEN 'already_reached'
	    WHEN _on > _today() THEN 'reached_in_future'
	    WHEN _on < _p.window_from THEN 'before_window'
	    ELSE 'reached' END;
	IF outcome = 'reached' THEN
		UPDATE goal g SET reached_on = _on, evidence = _evidence
		WHERE g.programme = _programme AND g.key = _key;
		PERFORM _programme_changed(_actor, _request, 'milestone_reach', _programme, _evidence,
		    jsonb_build_object('goal', _key, 'reached_on', _on, 'evidence', _evidence));
	END IF;
	PERFORM _idempotency_end(_actor, 'milestone_reach', _idem_key,
	    CASE WHEN outcome IN ('reached', 'replayed') THEN _p.id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.milestone_reach TO talent_worker;
