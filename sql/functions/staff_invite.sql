-- Another code for somebody who is there already; the one before is good no more. Not for administrators: who has
-- the code is them.
--
-- @outcome invited
-- @outcome replayed
-- @outcome not_found
-- @outcome organisation_not_approved    at present
-- @outcome wrong_state             left, not named, or an administrator
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.staff_invite(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _invitation uuid, _hash bytea, _expires_at timestamptz,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s staff;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'staff_invite', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM _guard_share(7101, s.organisation) FROM staff s WHERE s.id = _id;
	SELECT * INTO _s FROM staff s WHERE s.id = _id FOR NO KEY UPDATE;
	outcome := CASE WHEN _s.id IS NULL THEN 'not_found'
	    WHEN _s.left_at IS NOT NULL OR _s.name IS NULL OR _s.role = 'administrator' THEN 'wrong_state'
	    WHEN EXISTS (SELECT FROM staff_invitation i WHERE i.id = _invitation) THEN 'replayed'
	    WHEN _not_approved(_s.organisation) THEN 'organisation_not_approved'
	    ELSE 'invited' END;
	IF outcome = 'invited' THEN
		UPDATE staff_invitation i SET ended_at = now() WHERE i.staff = _id AND i.ended_at IS NULL;
		INSERT INTO staff_invitation (id, staff, hash, expires_at)
		VALUES (_invitation, _id, _hash, _expires_at);
		INSERT INTO audit (actor, request, action, object)
		VALUES (_actor, _request, 'staff_invite', _id);
	END IF;
	PERFORM _idempotency_end(_actor, 'staff_invite', _idem_key,
	    CASE WHEN outcome IN ('invited', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.staff_invite TO talent_worker;
