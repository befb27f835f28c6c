-- Takes back that a milestone was reached.
--
-- @outcome withdrawn
-- @outcome replayed                it is not recorded as reached
-- @outcome not_found
-- @outcome not_a_milestone
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.milestone_withdraw(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_programme text, _key text, _reason text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid;
	_g goal;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'milestone_withdraw', _idem_key, _idem_print, NULL) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT p.id INTO _id FROM programme p WHERE p.slug = _programme FOR NO KEY UPDATE;
	SELECT * INTO _g FROM goal g WHERE g.programme = _programme AND g.key = _key;
	outcome := CASE WHEN _g.key IS NULL THEN 'not_found'
	    WHEN _g.target IS NOT NULL THEN 'not_a_milestone'
	    WHEN _g.reached_on IS NULL THEN 'replayed'
	    ELSE 'withdrawn' END;
	IF outcome = 'withdrawn' THEN
		UPDATE goal g SET reached_on = NULL, evidence = NULL WHERE g.programme = _programme AND g.key = _key;
		PERFORM _programme_changed(_actor, _request, 'milestone_withdraw', _programme, _reason,
		    jsonb_build_object('goal', _key, 'reached_on', _g.reached_on, 'evidence', _g.evidence));
	END IF;
	PERFORM _idempotency_end(_actor, 'milestone_withdraw', _idem_key,
	    CASE WHEN outcome IN ('withdrawn', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.milestone_withdraw TO talent_worker;
