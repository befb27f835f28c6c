-- Records what a person is called by an enrolment or a result, if that says more than what is in force: a
-- result binds the name of an enrolment, an enrolment corrects another's, either ends a release. The caller
-- holds the person's row and has asked _name_agrees.
CREATE OR REPLACE FUNCTION talent._name_add(_who uuid, _p talent.new_person, _basis text, _record uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	_k talent.known_name;
BEGIN
	PERFORM talent._person_returns(_who, _p);
	SELECT * INTO _k FROM talent.known_name k WHERE k.person = _who ORDER BY k.n DESC LIMIT 1;
	IF _k.basis = 'result' OR (_k.basis = _basis AND _k.name = _p.name) THEN
		RETURN;
	END IF;
	INSERT INTO talent.known_name (person, n, basis, name, record, rule, joined, ordered)
	VALUES (_who, coalesce(_k.n, 0) + 1, _basis, _p.name, _record, _p.name_rule, _p.name_joined,
	    _p.name_ordered);
END
$$;
