-- Lets the result of a lost certificate be submitted again under its number, by a second person.
--
-- @outcome approved
-- @outcome replayed                approved before
-- @outcome second_person_needed
-- @outcome first_person_gone       left since, or what they asked with was revoked
-- @outcome staff_unnamed           not both are named administrators whom two people or the owner let in
-- @outcome second_person_too_new
-- @outcome second_person_not_independent
-- @outcome action_over             too late
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col expires_at instant
CREATE OR REPLACE FUNCTION talent.adoption_approve(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	OUT outcome text, OUT id uuid, OUT number text, OUT expires_at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_a adoption;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'adoption_approve', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _a FROM adoption a WHERE a.id = _id FOR NO KEY UPDATE;
	outcome := _decision('approved', _a.state, now(), _a.requested_at, _a.expires_at, _asked(_a.requested_by),
	    _decides(_actor));
	IF outcome = 'approved' THEN
		UPDATE adoption a SET state = 'approved', decided_by = _actor, decided_at = now()
		WHERE a.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'adoption_approve', _id,
		    jsonb_build_object('number', _a.number, 'requested_by', _a.requested_by));
	END IF;
	PERFORM _idempotency_end(_actor, 'adoption_approve', _idem_key,
	    CASE WHEN outcome IN ('approved', 'replayed') THEN _id END);
	id := _a.id;
	number := _a.number;
	expires_at := _instant(_a.expires_at);
END
$$;
GRANT EXECUTE ON FUNCTION talent.adoption_approve TO talent_worker;
