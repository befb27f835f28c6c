-- Who decides with this credential, which stays as it is until the decision commits: a revocation at the same moment
-- comes before, and nulls are nobody, or behind.
CREATE OR REPLACE FUNCTION talent._decides(_actor uuid) RETURNS talent.staff
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_s staff;
BEGIN
	PERFORM FROM token t WHERE t.id = _actor FOR SHARE;
	PERFORM FROM client_certificate c WHERE c.id = _actor FOR SHARE;
	SELECT * INTO _s FROM staff s
	WHERE s.id = (SELECT t.staff FROM token t WHERE t.id = _actor AND t.revoked_at IS NULL
	    UNION ALL SELECT c.staff FROM client_certificate c WHERE c.id = _actor AND c.revoked_at IS NULL);
	RETURN _s;
END
$$;
