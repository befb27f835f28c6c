-- Keeps the JWT form of a version. The first one wins and every caller is given it; one of a
-- revoked key no longer counts. Nobody asked for a change, so the registry itself is the actor.
--
-- @outcome stored
-- @outcome replayed
-- @outcome not_found
-- @outcome key_unusable            not an unrevoked P-256 key of the issuer
-- @col jwt text                    the one to serve
CREATE OR REPLACE FUNCTION talent.certificate_jwt_store(
	_request text, _version uuid, _key text, _jwt text, OUT outcome text, OUT jwt text, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_certificate uuid;
	_issuer uuid;
	_c new_certificate[] := ARRAY[ROW(NULL, NULL, _version, NULL, NULL, NULL, _key, NULL, NULL, NULL,
	    _jwt)::new_certificate];
BEGIN
	SELECT v.certificate, v.issuer INTO _certificate, _issuer
	FROM certificate_version v WHERE v.id = _version;
	IF NOT FOUND THEN
		outcome := 'not_found';
		PERFORM _abandon(_request, outcome, _c);
		RETURN;
	END IF;
	-- The guard: no key is revoked meanwhile. The state's row: one caller at a time.
	PERFORM _guard_share(7101, _issuer);
	PERFORM FROM certificate_state s WHERE s.certificate = _certificate AND s.erased_from IS NULL
	FOR NO KEY UPDATE;
	IF NOT FOUND THEN	-- the holder was erased meanwhile: the hash of what was signed is all that is kept
		outcome := 'not_found';
		INSERT INTO erased_signature (version, key, hash)
		VALUES (_version, _key, sha256(convert_to(left(_jwt, -87), 'UTF8'))) ON CONFLICT DO NOTHING;
		RETURN;
	END IF;
	SELECT j.jwt, concat_ws(' ', 'jwt:', j.version, j.key) INTO jwt, journal
	FROM certificate_jwt j JOIN issuer_key k ON k.key = j.key
	WHERE j.version = _version AND k.state <> 'revoked'
	ORDER BY j.made_at LIMIT 1;
	IF FOUND THEN
		outcome := 'replayed';
		PERFORM _abandon(_request, outcome, _c);
		RETURN;
	END IF;
	PERFORM FROM issuer_key k
	WHERE k.key = _key AND k.organisation = _issuer AND k.kind = 'p256' AND k.state <> 'revoked';
	IF NOT FOUND THEN
		outcome := 'key_unusable';
		PERFORM _abandon(_request, outcome, _c);
		RETURN;
	END IF;
	INSERT INTO certificate_jwt (version, key, jwt, made_at)
	VALUES (_version, _key, _jwt, clock_timestamp());
	INSERT INTO audit (request, action, object, detail)
	VALUES (_request, 'certificate_jwt_store', _certificate, jsonb_build_object('key', _key));
	outcome := 'stored';
	jwt := _jwt;
	journal := concat_ws(' ', 'jwt:', _version, _key);
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_jwt_store TO talent_worker;
