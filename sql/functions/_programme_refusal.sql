-- Why that programme may not be opened, or null.
CREATE OR REPLACE FUNCTION talent._programme_refusal(_n new_programme) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN CASE
	    WHEN _n.slug !~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' OR length(_n.slug) > 40 THEN 'programme_slug'
	    WHEN EXISTS (SELECT FROM programme p WHERE p.slug = _n.slug) THEN 'programme_taken'
	    WHEN _n.window_to < _n.window_from THEN 'window_order'
	    WHEN _n.district_prefix !~ '^[0-9]{0,6}$' OR NOT EXISTS (SELECT FROM district d
	        WHERE starts_with(d.code, _n.district_prefix)) THEN 'district_prefix'
	    WHEN _n.area IS NOT NULL AND NOT EXISTS (SELECT FROM area a WHERE a.slug = _n.area) THEN 'area_unknown'
	    WHEN EXISTS (SELECT FROM unnest(_n.occupations) o (code) WHERE NOT EXISTS (
	        SELECT FROM occupation c WHERE c.code = o.code)) THEN 'occupations_unknown'
	    ELSE _measures_refusal(_n.measures) END;
END
$$;
GRANT EXECUTE ON FUNCTION talent._programme_refusal(talent.new_programme) TO talent_worker;
