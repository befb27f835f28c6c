-- The site where an organisation's exam or session takes place: the one that is named, or the only one that
-- the organisation has; null when it has none. Or why not: site_unknown, site_needed (it has several).
CREATE OR REPLACE FUNCTION talent._site_of(_organisation uuid, _named uuid, OUT site uuid, OUT refusal text)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_sites uuid[] := ARRAY(SELECT s.id FROM site s WHERE s.organisation = _organisation);
BEGIN
	IF _named IS NULL THEN
		site := _sites[1];
		refusal := CASE WHEN cardinality(_sites) > 1 THEN 'site_needed' END;
	ELSE
		site := _named;
		refusal := CASE WHEN _named <> ALL (_sites) THEN 'site_unknown' END;
	END IF;
END
$$;
