-- Whoever has the code of an invitation gets a token, once: a second one waits here for the first one's commit.
--
-- @outcome accepted
-- @outcome replayed                this very call, its COMMIT was not heard; or its Idempotency-Key
-- @outcome not_found
-- @outcome invitation_used         accepted before, or another one has taken its place
-- @outcome invitation_expired      or the person has left
-- @outcome not_approved            a second person has to let them in
-- @outcome organisation_not_approved    for whom they are to work is not, at present
-- @outcome idempotency_key_reused
-- @col token uuid
-- @col staff uuid
-- @col name text
-- @col role text
-- @col rights text
-- @col organisation_slug text
CREATE OR REPLACE FUNCTION talent.invitation_accept(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_code bytea, _token uuid, _hash bytea, _label text, _expires_at timestamptz,
	OUT outcome text, OUT token uuid, OUT staff uuid, OUT name text, OUT role text, OUT rights text, OUT organisation_slug text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_i staff_invitation;
	_s staff;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'invitation_accept', _idem_key, _idem_print, _token) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	-- In the order of staff_leave.
	PERFORM _guard_share(7101, s.organisation) FROM staff s
	WHERE s.id = (SELECT i.staff FROM staff_invitation i WHERE i.hash = _code);
	SELECT * INTO _s FROM staff s WHERE s.id = (SELECT i.staff FROM staff_invitation i WHERE i.hash = _code)
	FOR SHARE;
	SELECT * INTO _i FROM staff_invitation i WHERE i.hash = _code FOR NO KEY UPDATE;
	IF outcome IS NULL THEN
		outcome := CASE WHEN _i.id IS NULL THEN 'not_found'
		    WHEN _i.token = _token THEN 'replayed'
		    WHEN _i.ended_at IS NOT NULL THEN 'invitation_used'
		    WHEN _i.expires_at <= now() OR _s.left_at IS NOT NULL THEN 'invitation_expired'
		    WHEN _s.admitted_at IS NULL THEN 'not_approved'
		    WHEN _not_approved(_s.organisation) THEN 'organisation_not_approved'
		    ELSE 'accepted' END;
	END IF;
	IF outcome = 'accepted' THEN
		INSERT INTO token (id, role, organisation, districts, label, hash, expires_at, staff)
		VALUES (_token, _s.role, CASE WHEN _s.role NOT IN ('administrator', 'auditor') THEN _s.organisation END,
		    '{}', _label, _hash, _expires_at, _s.id);
		UPDATE staff_invitation i SET ended_at = now(), token = _token WHERE i.id = _i.id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_token, _request, 'invitation_accept', _s.id, jsonb_build_object('token', _token));
	END IF;
	IF outcome IN ('accepted', 'replayed') THEN
		token := coalesce(_i.token, _token);
		staff := _s.id;
		name := _s.name;
		role := _s.role;
		rights := _s.rights;
		SELECT o.slug INTO organisation_slug FROM organisation o WHERE o.id = _s.organisation;
	END IF;
	PERFORM _idempotency_end(_actor, 'invitation_accept', _idem_key, staff);
END
$$;
GRANT EXECUTE ON FUNCTION talent.invitation_accept TO talent_worker;
