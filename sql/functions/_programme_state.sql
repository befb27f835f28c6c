-- A programme with what it counts and its goals, as a version keeps it.
CREATE OR REPLACE FUNCTION talent._programme_state(_programme text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT to_jsonb(p) - 'id' || jsonb_build_object(
	    'measures', (SELECT jsonb_agg(x.measure ORDER BY x.measure) FROM programme_measure x
	        WHERE x.programme = p.slug),
	    'goals', (SELECT jsonb_agg(to_jsonb(g) - 'programme' ORDER BY g.position) FROM goal g
	        WHERE g.programme = p.slug))
	FROM programme p WHERE p.slug = _programme);
END
$$;
