-- Adds a credential. Roles: institution, company, administrator, auditor, employer. The first
-- two and employer need an organisation; _districts ({} = all) only limits administrators, and
-- null is refused: a limit that got lost must not read as none.
--
-- Whose it is: _staff is the caller, as administrators must; null, the unnamed one of that organisation and role.
--
-- @null _organisation _staff
-- @outcome created
-- @outcome replayed
-- @outcome organisation_unknown
-- @outcome organisation_not_approved    at present
-- @outcome role_unsuitable         organisation is of another kind, or missing, or not allowed
-- @outcome district_unknown
-- @outcome spki_taken
-- @outcome name_needed             an administrator is somebody
-- @outcome not_yourself            _staff is another one
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.client_certificate_add(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _role text, _organisation uuid, _districts text[], _label text,
	_spki bytea, _expires_at timestamptz, _staff uuid,
	OUT outcome text, OUT client_certificate uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, client_certificate
	FROM _idempotency(_actor, 'client_certificate_add', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM _guard_share(7101, _organisation);
	IF NOT EXISTS (SELECT FROM client_certificate c WHERE c.id = _id) THEN
		outcome := coalesce(_credential_refusal(_role, _organisation, _districts),
		    _own_credential(_actor, _role, _staff));
	END IF;
	IF outcome IS NULL THEN
		INSERT INTO client_certificate (id, role, organisation, districts, label, spki, expires_at, staff)
		VALUES (_id, _role, _organisation, _districts, _label, _spki, _expires_at, _staff)
		ON CONFLICT (spki) DO NOTHING;
		IF FOUND THEN
			outcome := 'created';
		ELSIF EXISTS (SELECT FROM client_certificate c WHERE c.id = _id AND c.spki = _spki) THEN
			outcome := 'replayed';	-- this very call, its COMMIT was not heard
			client_certificate := _id;
		ELSE
			outcome := 'spki_taken';
		END IF;
	END IF;
	IF outcome = 'created' THEN
		client_certificate := _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'client_certificate_add', _id,
		    jsonb_build_object('role', _role, 'organisation', _organisation, 'staff', _staff));
	END IF;
	PERFORM _idempotency_end(_actor, 'client_certificate_add', _idem_key,
	    CASE WHEN outcome IN ('created', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.client_certificate_add(uuid, text, bytea, bytea, uuid, text, uuid, text[], text,
	bytea, timestamptz, uuid) TO talent_worker;
