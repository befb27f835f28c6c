-- Why a credential cannot be given to a staff member who is there already, or null: people make their own, and an
-- administrator's is always somebody's. Null for _staff: the unnamed one's.
CREATE OR REPLACE FUNCTION talent._own_credential(_actor uuid, _role text, _staff uuid) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_s staff;
BEGIN
	IF _staff IS NULL THEN
		RETURN CASE _role WHEN 'administrator' THEN 'name_needed' END;
	END IF;
	_s := _staff_of(_actor);
	PERFORM FROM staff s WHERE s.id = _staff FOR SHARE;	-- who leaves meanwhile waits, and ends this one too
	RETURN CASE WHEN _s.id IS DISTINCT FROM _staff OR _s.role <> _role OR _s.left_at IS NOT NULL THEN 'not_yourself'
	    WHEN _s.name IS NULL AND _role = 'administrator' THEN 'name_needed' END;
END
$$;
