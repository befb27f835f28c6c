-- Whether anything is recorded of that person in one of the districts (null: anywhere at all).
CREATE OR REPLACE FUNCTION talent._person_in(_person uuid, _districts text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	IF _districts IS NULL THEN
		RETURN true;
	END IF;
	PERFORM FROM assessment a
	CROSS JOIN LATERAL (SELECT x.district FROM exam x WHERE x.id = a.exam LIMIT 1) x
	WHERE a.person = _person AND x.district = ANY (_districts) LIMIT 1;
	IF FOUND THEN
		RETURN true;
	END IF;
	PERFORM FROM enrolment e
	CROSS JOIN LATERAL (SELECT s.district FROM training_session s WHERE s.id = e.session LIMIT 1) s
	WHERE e.person = _person AND s.district = ANY (_districts) LIMIT 1;
	RETURN FOUND;
END
$$;
