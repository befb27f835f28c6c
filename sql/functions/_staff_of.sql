-- Whose a token or a client certificate is; nulls: nobody's, the registry's own.
CREATE OR REPLACE FUNCTION talent._staff_of(_actor uuid) RETURNS talent.staff
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_s staff;
BEGIN
	SELECT * INTO _s FROM staff s
	WHERE s.id = (SELECT t.staff FROM token t WHERE t.id = _actor
	    UNION ALL SELECT c.staff FROM client_certificate c WHERE c.id = _actor);
	RETURN _s;
END
$$;

-- Who asked with this credential. Somebody revoked it since, perhaps because it was stolen: then nobody knows who asked,
-- and it is as if whoever it belongs to had left. One that only expired was theirs.
CREATE OR REPLACE FUNCTION talent._asked(_actor uuid) RETURNS talent.staff
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_s staff := _staff_of(_actor);
BEGIN
	_s.left_at := coalesce(_s.left_at, (SELECT t.revoked_at FROM token t WHERE t.id = _actor FOR SHARE),
	    (SELECT c.revoked_at FROM client_certificate c WHERE c.id = _actor FOR SHARE));
	RETURN _s;
END
$$;
