-- Those who are one with a person, who stands for all of them first; the person alone when nobody is.
CREATE OR REPLACE FUNCTION talent._persons(_person uuid) RETURNS uuid[]
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_canonical uuid := coalesce((SELECT l.canonical FROM same_person l WHERE l.person = _person), _person);
BEGIN
	RETURN ARRAY[_canonical] || ARRAY(SELECT l.person FROM same_person l WHERE l.canonical = _canonical);
END
$$;
GRANT EXECUTE ON FUNCTION talent._persons(uuid) TO talent_worker, talent_clerk, talent_jobs;

-- The same, and whoever stands for them stays as it is until the transaction ends. The caller holds the person's row.
CREATE OR REPLACE FUNCTION talent._persons_held(_person uuid) RETURNS uuid[]
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_canonical uuid;
BEGIN
	SELECT l.canonical INTO _canonical FROM same_person l WHERE l.person = _person;
	IF FOUND THEN
		PERFORM FROM person p WHERE p.id = _canonical FOR NO KEY UPDATE;
	END IF;
	RETURN _persons(_person);
END
$$;
