-- Whether a name that is handed in for a person is the one that results have bound, however it is spelled.
-- Keys of different rules say nothing: then the spelling decides. The caller holds the person's row.
CREATE OR REPLACE FUNCTION talent._name_agrees(_who uuid, _p talent.new_person) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
	_k talent.known_name;
BEGIN
	SELECT * INTO _k FROM talent.known_name k WHERE k.person = _who ORDER BY k.n DESC LIMIT 1;
	RETURN _k.basis IS DISTINCT FROM 'result' OR _k.name = _p.name
	    OR coalesce(_k.rule = _p.name_rule
	        AND (_k.joined = _p.name_joined OR _k.ordered = _p.name_ordered), false);
END
$$;
