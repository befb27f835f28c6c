-- The result of a person in an exam that is in force, or that was annulled: none that another one supersedes.
CREATE OR REPLACE FUNCTION talent._result_in_force(_exam uuid, _person uuid) RETURNS talent.assessment
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_a assessment;
BEGIN
	SELECT * INTO _a FROM assessment a WHERE a.exam = _exam AND a.person = _person AND a.state <> 'superseded';
	RETURN _a;
END
$$;
