-- Whether a pass of this person waits for its publication: then certificates with the name are still to come.
CREATE OR REPLACE FUNCTION talent._person_waits(_person uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM assessment a
	    WHERE a.person = _person AND a.state IN ('awaiting_publication', 'awaiting_number', 'withheld'));
END
$$;
