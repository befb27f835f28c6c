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
