-- Names somebody, or changes what they may do (null: as it is). Of an administrator it is asked for, and a second
-- person approves it.
--
-- @null _name _rights _districts
-- @outcome changed
-- @outcome requested               an administrator: the request
-- @outcome replayed                it is so already, or is asked for
-- @outcome not_found
-- @outcome wrong_state             left, or something else is asked for
-- @outcome role_unsuitable         districts limit administrators only
-- @outcome right_unsuitable        an auditor reads
-- @outcome district_unknown
-- @outcome idempotency_key_reused
-- @col staff_request uuid
CREATE OR REPLACE FUNCTION talent.staff_change(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _name text, _rights text, _districts text[], _asked uuid,
	OUT outcome text, OUT staff_request uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s staff;
	_q staff_request;
BEGIN
	SELECT i.seen, i.object INTO outcome, staff_request
	FROM _idempotency(_actor, 'staff_change', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		staff_request := nullif(staff_request, _id);
		RETURN;
	END IF;
	SELECT * INTO _s FROM staff s WHERE s.id = _id FOR NO KEY UPDATE;
	outcome := CASE WHEN _s.id IS NULL THEN 'not_found'
	    WHEN _s.left_at IS NOT NULL OR _s.admitted_at IS NULL THEN 'wrong_state'
	    WHEN _s.role = 'auditor' AND _rights <> 'reads' THEN 'right_unsuitable'
	    WHEN (coalesce(_name, _s.name), coalesce(_rights, _s.rights), coalesce(_districts, _s.districts))
	        IS NOT DISTINCT FROM (_s.name, _s.rights, _s.districts) THEN 'replayed'
	    WHEN _districts <> '{}' THEN
	        _credential_refusal(_s.role, CASE WHEN _s.role <> 'administrator' THEN _s.organisation END,
	            _districts) END;
	IF outcome IS NULL AND _s.role = 'administrator' THEN
		UPDATE staff_request q SET state = 'expired', decided_at = now()
		WHERE q.staff = _id AND q.state = 'awaiting_approval' AND q.expires_at <= now();
		SELECT * INTO _q FROM staff_request q WHERE q.staff = _id AND q.state = 'awaiting_approval';
		IF FOUND THEN
			outcome := CASE WHEN (_q.name, _q.rights, _q.districts)
			    IS NOT DISTINCT FROM (_name, _rights, _districts) THEN 'replayed' ELSE 'wrong_state' END;
			staff_request := CASE outcome WHEN 'replayed' THEN _q.id END;
		ELSE
			INSERT INTO staff_request (id, staff, what, name, rights, districts, requested_by)
			VALUES (_asked, _id, 'change', _name, _rights, _districts, _actor);
			outcome := 'requested';
			staff_request := _asked;
		END IF;
	ELSIF outcome IS NULL THEN
		UPDATE staff s SET name = coalesce(_name, s.name), rights = coalesce(_rights, s.rights),
		    districts = coalesce(_districts, s.districts),
		    named_at = CASE WHEN _name IS DISTINCT FROM s.name AND _name IS NOT NULL THEN now()
		        ELSE s.named_at END
		WHERE s.id = _id;
		outcome := 'changed';
	END IF;
	IF outcome IN ('changed', 'requested') THEN
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, CASE outcome WHEN 'changed' THEN 'staff_change' ELSE 'staff_change_request' END,
		    _id, jsonb_build_object('from', jsonb_build_object('name', _s.name, 'rights', _s.rights,
		        'districts', _s.districts),
		    'to', jsonb_build_object('name', coalesce(_name, _s.name), 'rights', coalesce(_rights, _s.rights),
		        'districts', coalesce(_districts, _s.districts))));
	END IF;
	PERFORM _idempotency_end(_actor, 'staff_change', _idem_key,
	    CASE WHEN outcome IN ('changed', 'requested', 'replayed') THEN coalesce(staff_request, _id) END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.staff_change TO talent_worker;
