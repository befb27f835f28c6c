-- Does what was asked for about an administrator, by a second person: lets them in, names or changes them.
--
-- @outcome approved
-- @outcome replayed                approved before
-- @outcome second_person_needed
-- @outcome first_person_gone       left since, or what they asked with was revoked
-- @outcome staff_unnamed           not both are named administrators whom two people or the owner let in
-- @outcome second_person_too_new
-- @outcome second_person_not_independent
-- @outcome action_over             rejected or too late
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.staff_approve(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	OUT outcome text, OUT staff uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_q staff_request;
	_s staff;
	_first staff;
	_second staff;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'staff_approve', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7107, 0);
	_second := _decides(_actor);
	SELECT * INTO _s FROM staff s WHERE s.id = (SELECT q.staff FROM staff_request q WHERE q.id = _id)
	FOR NO KEY UPDATE;
	SELECT * INTO _q FROM staff_request q WHERE q.id = _id FOR NO KEY UPDATE;
	_first := _asked(_q.requested_by);
	outcome := _decision('approved', _q.state, now(), _q.requested_at, _q.expires_at, _first, _second);
	IF outcome = 'approved' THEN
		UPDATE staff_request q SET state = 'approved', decided_by = _actor, decided_at = now() WHERE q.id = _id;
		IF _q.what = 'admission' THEN
			UPDATE staff s SET admitted_at = now(), approved_by = _second.id WHERE s.id = _s.id;
		ELSE
			UPDATE staff s SET rights = coalesce(_q.rights, s.rights),
			    districts = coalesce(_q.districts, s.districts) WHERE s.id = _s.id;
		END IF;
		IF _q.name IS DISTINCT FROM _s.name AND _q.name IS NOT NULL THEN
			UPDATE staff s SET name = _q.name, named_at = now(), admission = 'two_people',
			    admitted_by = _first.id, approved_by = _second.id WHERE s.id = _s.id;
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'staff_approve', _s.id, jsonb_build_object('id', _id, 'what', _q.what,
		    'name', coalesce(_q.name, _s.name), 'rights', coalesce(_q.rights, _s.rights),
		    'districts', coalesce(_q.districts, _s.districts), 'requested_by', _q.requested_by));
	END IF;
	staff := _q.staff;
	PERFORM _idempotency_end(_actor, 'staff_approve', _idem_key,
	    CASE WHEN outcome IN ('approved', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.staff_approve TO talent_worker;
