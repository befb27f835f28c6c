-- Nothing of what was asked for about an administrator is done. Anybody who may decide may reject, who asked too.
--
-- @outcome rejected
-- @outcome replayed                rejected before
-- @outcome action_over             approved, or too late
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.staff_reject(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	OUT outcome text, OUT staff uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_q staff_request;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'staff_reject', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7107, 0);
	PERFORM FROM staff s WHERE s.id = (SELECT q.staff FROM staff_request q WHERE q.id = _id) FOR NO KEY UPDATE;
	SELECT * INTO _q FROM staff_request q WHERE q.id = _id FOR NO KEY UPDATE;
	outcome := _decision('rejected', _q.state, now(), _q.requested_at, _q.expires_at, _staff_of(_q.requested_by),
	    _staff_of(_actor));
	IF outcome = 'rejected' THEN
		UPDATE staff_request q SET state = 'rejected', decided_by = _actor, decided_at = now() WHERE q.id = _id;
		IF _q.what = 'admission' THEN
			UPDATE token t SET revoked_at = now() WHERE t.staff = _q.staff AND t.revoked_at IS NULL;
			UPDATE staff_invitation i SET ended_at = now() WHERE i.staff = _q.staff AND i.ended_at IS NULL;
			UPDATE staff s SET left_at = now() WHERE s.id = _q.staff AND s.left_at IS NULL;
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'staff_reject', _q.staff, jsonb_build_object('id', _id, 'what', _q.what,
		    'requested_by', _q.requested_by));
	END IF;
	staff := _q.staff;
	PERFORM _idempotency_end(_actor, 'staff_reject', _idem_key,
	    CASE WHEN outcome IN ('rejected', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.staff_reject TO talent_worker;
