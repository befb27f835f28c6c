-- Whether a site has given a number, or a pass of its waits for one: its series has begun, or somebody passed there.
CREATE OR REPLACE FUNCTION talent._site_numbered(_site uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM number_block b WHERE b.series = _site AND b.kind = 'skill_grade')
	    OR EXISTS (SELECT FROM exam e CROSS JOIN LATERAL (
	        SELECT FROM assessment a WHERE a.exam = e.id AND a.outcome = 'pass' AND a.state <> 'superseded' LIMIT 1) p
	        WHERE e.site = _site);
END
$$;
