-- Nothing of what was asked for is done. Anybody who may decide may reject, who asked too.
--
-- @outcome rejected
-- @outcome replayed                rejected before
-- @outcome action_over             approved, or too late
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.key_action_reject(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	OUT outcome text, OUT action text, OUT slug text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_q key_action;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'key_action_reject', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _q FROM key_action q WHERE q.id = _id FOR NO KEY UPDATE;
	outcome := _decision('rejected', _q.state, now(), _q.requested_at, _q.expires_at, _staff_of(_q.requested_by),
	    _staff_of(_actor));
	IF outcome = 'rejected' THEN
		UPDATE key_action q SET state = 'rejected', decided_by = _actor, decided_at = now()
		WHERE q.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'key_action_reject', _q.organisation,
		    jsonb_build_object('id', _id, 'action', _q.action, 'requested_by', _q.requested_by));
	END IF;
	PERFORM _idempotency_end(_actor, 'key_action_reject', _idem_key,
	    CASE WHEN outcome IN ('rejected', 'replayed') THEN _id END);
	action := _q.action;
	IF _q.id IS NOT NULL THEN
		slug := coalesce((SELECT o.slug FROM organisation o WHERE o.id = _q.organisation), _registry());
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.key_action_reject TO talent_worker;
