-- Whether a site has given a number, or a pass of its waits for one: its series has begun, or somebody passed there, or a
-- correction waits by which somebody would have passed: it was asked for by how the site gets its numbers.
CREATE OR REPLACE FUNCTION talent._site_numbered(_site uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_body uuid := (SELECT s.organisation FROM site s WHERE s.id = _site);
	_asked boolean;
BEGIN
	SELECT true INTO _asked
	FROM (SELECT q.exam FROM correction q WHERE q.body = _body AND q.state = 'requested' AND q.outcome = 'pass' OFFSET 0) q
	CROSS JOIN LATERAL (SELECT FROM exam e WHERE e.id = q.exam AND e.site = _site LIMIT 1) x LIMIT 1;
	RETURN _asked IS TRUE OR EXISTS (SELECT FROM number_block b WHERE b.series = _site AND b.kind = 'skill_grade')
	    OR EXISTS (SELECT FROM exam e CROSS JOIN LATERAL (
	        SELECT FROM assessment a WHERE a.exam = e.id AND a.outcome = 'pass' AND a.state <> 'superseded' LIMIT 1) p
	        WHERE e.site = _site);
END
$$;
