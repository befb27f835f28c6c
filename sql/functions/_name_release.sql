-- Nobody is bound to a name behind which no result stands any more. The caller holds the person's row.
CREATE OR REPLACE FUNCTION talent._name_release(_who uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO talent.known_name (person, n, basis)
	SELECT k.person, k.n + 1, 'released'
	FROM (SELECT * FROM talent.known_name n WHERE n.person = _who ORDER BY n.n DESC LIMIT 1) k
	WHERE k.basis = 'result' AND NOT EXISTS (
	    SELECT FROM talent.assessment a WHERE a.person = _who AND a.state NOT IN ('annulled', 'superseded'));
END
$$;
