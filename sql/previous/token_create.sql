-- A credential as the version before makes it, which does not say whose it is: nobody's in particular, and so no
-- administrator's.
CREATE OR REPLACE FUNCTION talent.token_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _role text, _organisation uuid, _districts text[], _label text,
	_hash bytea, _expires_at timestamptz,
	OUT outcome text, OUT token uuid)
LANGUAGE sql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
	SELECT CASE c.outcome WHEN 'name_needed' THEN 'role_unsuitable'
	    WHEN 'organisation_not_approved' THEN 'organisation_unknown' ELSE c.outcome END, c.token
	FROM token_create(_actor, _request, _idem_key, _idem_print, _id, _role, _organisation, _districts, _label,
	    _hash, _expires_at, NULL, NULL) c
$$;
GRANT EXECUTE ON FUNCTION talent.token_create(uuid, text, bytea, bytea, uuid, text, uuid, text[], text, bytea,
	timestamptz) TO talent_worker;
