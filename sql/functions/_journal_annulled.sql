-- What the journal says of a result that is annulled: it, the results that it corrects, and how its certificates stand.
-- A database of before may have one of those in force, with these certificates: it is annulled then.
CREATE OR REPLACE FUNCTION talent._journal_annulled(_assessment uuid) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (WITH RECURSIVE chain (id, supersedes, n) AS (
		SELECT a.id, a.supersedes, 0 FROM assessment a WHERE a.id = _assessment
		UNION ALL
		SELECT o.id, o.supersedes, c.n + 1 FROM chain c
		CROSS JOIN LATERAL (SELECT * FROM assessment x WHERE x.id = c.supersedes LIMIT 1) o
	)
	SELECT concat_ws(E'\n', string_agg('annulled: ' || c.id, E'\n' ORDER BY c.n), _journal_state(_assessment, NULL))
	FROM chain c);
END
$$;
