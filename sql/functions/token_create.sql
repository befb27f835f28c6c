-- Adds a credential. Roles: institution, company, administrator, auditor, employer. The first
-- two and employer need an organisation; _districts ({} = all) only limits administrators, and
-- null is refused: a limit that got lost must not read as none.
--
-- Whose it is: _staff is the caller; null, the unnamed one of that organisation and role. With _name a new
-- administrator is asked for, whose id is _staff, and the token is good when a second person approves.
--
-- @null _organisation _staff _name
-- @outcome created
-- @outcome requested               a new administrator
-- @outcome replayed
-- @outcome organisation_unknown
-- @outcome organisation_not_approved    at present
-- @outcome role_unsuitable         organisation is of another kind, or missing, or not allowed
-- @outcome district_unknown
-- @outcome hash_taken
-- @outcome name_needed             an administrator is somebody
-- @outcome not_yourself            _staff is another one
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.token_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _role text, _organisation uuid, _districts text[], _label text,
	_hash bytea, _expires_at timestamptz, _staff uuid, _name text,
	OUT outcome text, OUT token uuid, OUT staff uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_asks boolean := _name IS NOT NULL;
BEGIN
	SELECT i.seen, i.object INTO outcome, token
	FROM _idempotency(_actor, 'token_create', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		staff := (SELECT t.staff FROM token t WHERE t.id = token_create.token);
		RETURN;
	END IF;
	PERFORM _guard_share(7101, _organisation);
	IF NOT EXISTS (SELECT FROM token t WHERE t.id = _id) THEN
		outcome := coalesce(_credential_refusal(_role, _organisation, _districts),
		    CASE WHEN _asks THEN NULL ELSE _own_credential(_actor, _role, _staff) END);
	END IF;
	IF outcome IS NULL AND _asks AND NOT EXISTS (SELECT FROM staff s WHERE s.id = _staff) THEN
		outcome := _staff_insert(_actor, _staff, NULL, _role, _name, 'manages', _districts);
	END IF;
	IF outcome IS NULL THEN
		INSERT INTO token (id, role, organisation, districts, label, hash, expires_at, staff)
		VALUES (_id, _role, _organisation, CASE WHEN _asks THEN '{}' ELSE _districts END, _label, _hash,
		    _expires_at, _staff)
		ON CONFLICT (hash) DO NOTHING;
		IF FOUND THEN
			outcome := CASE WHEN _asks THEN 'requested' ELSE 'created' END;
		ELSIF EXISTS (SELECT FROM token t WHERE t.id = _id AND t.hash = _hash) THEN
			outcome := 'replayed';	-- this very call, its COMMIT was not heard
			token := _id;
		ELSE
			outcome := 'hash_taken';
		END IF;
	END IF;
	IF outcome IN ('created', 'requested') THEN
		token := _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'token_create', _id,
		    jsonb_build_object('role', _role, 'organisation', _organisation, 'staff', _staff,
		        'name', _name));
	END IF;
	staff := (SELECT t.staff FROM token t WHERE t.id = token_create.token);
	PERFORM _idempotency_end(_actor, 'token_create', _idem_key,
	    CASE WHEN outcome IN ('created', 'requested', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.token_create(uuid, text, bytea, bytea, uuid, text, uuid, text[], text, bytea,
	timestamptz, uuid, text) TO talent_worker;
