-- Whether a person cannot be linked to another one, because there would be a chain or two links of one.
CREATE OR REPLACE FUNCTION talent._link_taken(_person uuid, _canonical uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM same_person l WHERE l.person = _person)
	    OR EXISTS (SELECT FROM same_person l WHERE l.canonical = _person)
	    OR EXISTS (SELECT FROM same_person l WHERE l.person = _canonical);
END
$$;
