-- Whether a number that a body supplies for a result cannot be its certificate's: a certificate has
-- it, another result was promised it, it is that of a lost
-- certificate which nobody has adopted, or it begins as another body's numbers do, or as those that another site of
-- the body mints (a number says whose it is by its first 13 characters; _site null: not asked).
CREATE OR REPLACE FUNCTION talent._number_taken(_number text, _body uuid, _assessment uuid, _site uuid DEFAULT NULL)
RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM certificate c WHERE c.number = _number)
	    OR EXISTS (SELECT FROM assessment a WHERE a.supplied_number = _number
	        AND a.outcome = 'pass' AND a.state NOT IN ('annulled', 'superseded')
	        AND a.id IS DISTINCT FROM _assessment)
	    OR EXISTS (SELECT FROM lost_certificate l WHERE l.number = _number AND NOT EXISTS (
	        SELECT FROM adoption a WHERE a.number = _number AND a.state = 'approved'))
	    OR EXISTS (SELECT FROM site s
	        WHERE s.number_prefix = left(_number, 13) AND (s.organisation <> _body
	        OR s.number_mode = 'minted' AND s.id <> _site));
END
$$;
GRANT EXECUTE ON FUNCTION talent._number_taken(text, uuid, uuid, uuid) TO talent_worker, talent_clerk, talent_jobs;
