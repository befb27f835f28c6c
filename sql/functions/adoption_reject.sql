-- The number stays with nobody. Anybody who may decide may reject, who asked too; it may be asked for
-- again.
--
-- @null _reason _note
-- @outcome rejected
-- @outcome replayed                rejected before
-- @outcome other_reason            rejected before for another reason; reason = the recorded one
-- @outcome action_over             approved, or too late
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col expires_at instant
CREATE OR REPLACE FUNCTION talent.adoption_reject(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	_reason text, _note text,
	OUT outcome text, OUT id uuid, OUT number text, OUT expires_at text,
	OUT reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_a adoption;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'adoption_reject', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _a FROM adoption a WHERE a.id = _id FOR NO KEY UPDATE;
	outcome := _decision('rejected', _a.state, now(), _a.requested_at, _a.expires_at, _staff_of(_a.requested_by),
	    _staff_of(_actor));
	IF outcome = 'replayed' AND _a.reason <> _reason THEN
		outcome := 'other_reason';
		reason := _a.reason;
	END IF;
	IF outcome = 'rejected' THEN
		UPDATE adoption a SET state = 'rejected', decided_by = _actor, decided_at = now(),
		    reason = _reason, note = _note
		WHERE a.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'adoption_reject', _id, jsonb_build_object(
		    'number', _a.number, 'requested_by', _a.requested_by, 'reason', _reason));
	END IF;
	PERFORM _idempotency_end(_actor, 'adoption_reject', _idem_key,
	    CASE WHEN outcome IN ('rejected', 'replayed') THEN _id END);
	id := _a.id;
	number := _a.number;
	expires_at := _instant(_a.expires_at);
END
$$;
GRANT EXECUTE ON FUNCTION talent.adoption_reject TO talent_worker;
