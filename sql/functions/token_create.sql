-- Adds a credential. Roles: institution, company, administrator, auditor, employer. The first
-- two and employer need an organisation; _districts ({} = all) only limits administrators, and
-- null is refused: a limit that got lost must not read as none.
--
-- @null _organisation
-- @outcome created
-- @outcome replayed
-- @outcome organisation_unknown
-- @outcome role_unsuitable         organisation is of another kind, or missing, or not allowed
-- @outcome district_unknown
-- @outcome hash_taken
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.token_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _role text, _organisation uuid, _districts text[], _label text,
	_hash bytea, _expires_at timestamptz,
	OUT outcome text, OUT token uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, token
	FROM _idempotency(_actor, 'token_create', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	outcome := _credential_refusal(_role, _organisation, _districts);
	IF outcome IS NULL THEN
		INSERT INTO token (id, role, organisation, districts, label, hash, expires_at)
		VALUES (_id, _role, _organisation, _districts, _label, _hash, _expires_at)
		ON CONFLICT (hash) DO NOTHING;
		IF FOUND THEN
			outcome := 'created';
		ELSIF EXISTS (SELECT FROM token t WHERE t.id = _id AND t.hash = _hash) THEN
			outcome := 'replayed';	-- this very call, its COMMIT was not heard
			token := _id;
		ELSE
			outcome := 'hash_taken';
		END IF;
	END IF;
	IF outcome = 'created' THEN
		token := _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'token_create', _id,
		    jsonb_build_object('role', _role, 'organisation', _organisation));
	END IF;
	PERFORM _idempotency_end(_actor, 'token_create', _idem_key,
	    CASE WHEN outcome IN ('created', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.token_create TO talent_worker;
