-- Why an organisation's site may not have the prefix, or null: prefix_taken (another site has it), prefix_used
-- (numbers begin with it that are another body's, or that this site would mint again).
CREATE OR REPLACE FUNCTION talent._prefix_refusal(_site uuid, _organisation uuid, _prefix text, _mode text)
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN CASE
	    WHEN EXISTS (SELECT FROM site s WHERE s.number_prefix = _prefix AND s.id <> _site) THEN 'prefix_taken'
	    WHEN EXISTS (SELECT FROM certificate c WHERE c.number >= _prefix AND c.number < _prefix || ':'
	        AND (_mode = 'minted' OR c.issuer <> _organisation))
	    OR EXISTS (SELECT FROM assessment a WHERE a.supplied_number >= _prefix AND a.supplied_number < _prefix || ':'
	        AND a.outcome = 'pass' AND a.state NOT IN ('annulled', 'superseded') AND (_mode = 'minted' OR _organisation <> (
	        SELECT e.body FROM exam e WHERE e.id = a.exam)))
	    OR EXISTS (SELECT FROM lost_certificate l WHERE l.number >= _prefix AND l.number < _prefix || ':'
	        AND (_mode = 'minted' OR l.issuer <> _organisation)) THEN 'prefix_used'
	    END;
END
$$;
