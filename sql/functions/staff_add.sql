-- Invites somebody to work for an organisation, or (_organisation null, or an authority) to administer or audit the
-- registry: who accepts with the code gets a token. Rights: reads, submits, manages; _districts ({} = all) only
-- limits administrators. An administrator is asked for, and the invitation is good when a second person approves.
--
-- @null _organisation
-- @outcome invited
-- @outcome requested               an administrator
-- @outcome replayed
-- @outcome organisation_unknown
-- @outcome organisation_not_approved    at present
-- @outcome role_unsuitable         organisation is of another kind
-- @outcome right_unsuitable        an auditor reads
-- @outcome district_unknown
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.staff_add(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _organisation uuid, _role text, _name text, _rights text, _districts text[],
	_invitation uuid, _hash bytea, _expires_at timestamptz,
	OUT outcome text, OUT staff uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, staff
	FROM _idempotency(_actor, 'staff_add', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	IF EXISTS (SELECT FROM staff s WHERE s.id = _id) THEN
		outcome := 'replayed';	-- this very call, its COMMIT was not heard
	ELSE
		PERFORM _guard_share(7101, _organisation);
		outcome := _staff_insert(_actor, _id, _organisation, _role, _name, _rights, _districts);
	END IF;
	IF outcome IS NULL THEN
		INSERT INTO staff_invitation (id, staff, hash, expires_at)
		VALUES (_invitation, _id, _hash, _expires_at);
		outcome := CASE _role WHEN 'administrator' THEN 'requested' ELSE 'invited' END;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'staff_add', _id, jsonb_build_object('organisation', _organisation,
		    'role', _role, 'name', _name, 'rights', _rights, 'districts', _districts));
	END IF;
	staff := CASE WHEN outcome IN ('invited', 'requested', 'replayed') THEN _id END;
	PERFORM _idempotency_end(_actor, 'staff_add', _idem_key, staff);
END
$$;
GRANT EXECUTE ON FUNCTION talent.staff_add TO talent_worker;
