-- Enters somebody who is to work for an organisation, or to administer; null, or why not. Who administers is asked
-- for (the request has the id of the staff member) and comes in when a second person approves.
CREATE OR REPLACE FUNCTION talent._staff_insert(_actor uuid, _id uuid, _organisation uuid, _role text, _name text,
	_rights text, _districts text[]) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_registry boolean := _role IN ('administrator', 'auditor');
	_two boolean := _role = 'administrator';
	_refused text := _credential_refusal(_role, CASE WHEN NOT _registry THEN _organisation END, _districts);
BEGIN
	IF _refused IS NOT NULL THEN
		RETURN _refused;
	END IF;
	IF _registry AND _organisation IS NOT NULL AND NOT EXISTS (SELECT FROM organisation_kind k
	    WHERE k.organisation = _organisation AND k.kind = 'authority') THEN
		RETURN 'role_unsuitable';
	END IF;
	IF _not_approved(_organisation) THEN
		RETURN 'organisation_not_approved';
	END IF;
	IF _role = 'auditor' AND _rights <> 'reads' THEN
		RETURN 'right_unsuitable';
	END IF;
	INSERT INTO staff (id, organisation, role, name, rights, districts, admission, admitted_by, admitted_at,
	    named_at)
	VALUES (_id, _organisation, _role, _name, _rights, _districts,
	    CASE WHEN _two THEN 'two_people' ELSE 'one_person' END, (_staff_of(_actor)).id,
	    CASE WHEN NOT _two THEN now() END, now());
	IF _two THEN
		INSERT INTO staff_request (id, staff, what, requested_by) VALUES (_id, _id, 'admission', _actor);
	END IF;
	RETURN NULL;
END
$$;
