-- Nobody is linked. Anybody who may decide may reject, who asked too.
--
-- @outcome rejected
-- @outcome replayed                rejected before
-- @outcome action_over             approved, or too late
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.person_link_reject(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_e person_link;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'person_link_reject', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _e FROM person_link e WHERE e.id = _id FOR NO KEY UPDATE;
	outcome := _decision('rejected', _e.state, now(), _e.requested_at, _e.expires_at, _staff_of(_e.requested_by),
	    _staff_of(_actor));
	IF outcome = 'rejected' THEN
		UPDATE person_link e SET state = 'rejected', decided_by = _actor, decided_at = now() WHERE e.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'person_link_reject', _e.person,
		    jsonb_build_object('id', _id, 'requested_by', _e.requested_by));
	END IF;
	PERFORM _idempotency_end(_actor, 'person_link_reject', _idem_key,
	    CASE WHEN outcome IN ('rejected', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.person_link_reject TO talent_worker;
