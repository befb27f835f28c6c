-- Why these measures may not be counted, or null.
CREATE OR REPLACE FUNCTION talent._measures_refusal(_measures text[]) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN CASE WHEN coalesce(cardinality(_measures), 0) = 0 OR EXISTS (SELECT FROM unnest(_measures) m (name)
	        WHERE NOT EXISTS (SELECT FROM measure x WHERE x.name = m.name))
	    OR cardinality(_measures) > (SELECT count(DISTINCT m.name) FROM unnest(_measures) m (name))
	    THEN 'measure_unknown' END;
END
$$;
GRANT EXECUTE ON FUNCTION talent._measures_refusal(text[]) TO talent_worker;
