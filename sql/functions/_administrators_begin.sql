-- The owner of the database lets two named people in who administer the registry, each with a token, while fewer
-- than two named administrators hold a credential that lives.
CREATE OR REPLACE FUNCTION talent._administrators_begin(_names text[], _staff uuid[], _tokens uuid[], _hashes bytea[])
RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(7107, 0);
	IF _administrators(NULL) >= 2 THEN
		RETURN 'not_needed';
	END IF;
	INSERT INTO staff (id, role, name, rights, admission, admitted_at, named_at)
	SELECT unnest(_staff), 'administrator', unnest(_names), 'manages', 'owner', now(), now();
	INSERT INTO token (id, role, label, hash, expires_at, staff)
	SELECT unnest(_tokens), 'administrator', 'admin-token', unnest(_hashes), now() + interval '365 days',
	    unnest(_staff);
	INSERT INTO audit (request, action, object, detail)
	SELECT 'admin-token', 'administrators_begin', s.id, jsonb_build_object('name', s.name, 'login', session_user)
	FROM staff s WHERE s.id = ANY (_staff);
	RETURN 'made';
END
$$;
