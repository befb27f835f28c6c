-- Whether a name that somebody was enrolled under is this one, however it is spelled. Has a result bound one
-- meanwhile, both agree with that (_name_agrees). The caller holds the person's row.
CREATE OR REPLACE FUNCTION talent._name_was(_who uuid, _name text, _p talent.new_person) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	RETURN _name = _p.name OR EXISTS (
	    SELECT FROM (SELECT * FROM talent.known_name n WHERE n.person = _who ORDER BY n.n DESC LIMIT 1) k
	    WHERE k.basis = 'result') OR EXISTS (
	    SELECT FROM talent.known_name k
	    WHERE k.person = _who AND k.name = _name AND k.rule = _p.name_rule
	    AND (k.joined = _p.name_joined OR k.ordered = _p.name_ordered));
END
$$;
