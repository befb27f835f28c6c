-- The site where what an organisation holds on a day takes place: the one that is named, or the only one that it has
-- on that day; null when it never had any. Or why not: site_unknown, site_needed (it has several), site_ended (before
-- that day: the named one, or all of them).
CREATE OR REPLACE FUNCTION talent._site_of(_organisation uuid, _named uuid, _day date, OUT site uuid, OUT refusal text)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_all uuid[] := ARRAY(SELECT s.id FROM site s WHERE s.organisation = _organisation);
	_sites uuid[] := ARRAY(SELECT s.id FROM site s WHERE s.organisation = _organisation
	    AND _day <= coalesce(s.valid_to, 'infinity'));
BEGIN
	IF _named IS NULL THEN
		site := _sites[1];
		refusal := CASE WHEN cardinality(_sites) > 1 THEN 'site_needed'
		    WHEN cardinality(_sites) = 0 AND cardinality(_all) > 0 THEN 'site_ended' END;
	ELSE
		site := _named;
		refusal := CASE WHEN _named <> ALL (_all) THEN 'site_unknown'
		    WHEN _named <> ALL (_sites) THEN 'site_ended' END;
	END IF;
END
$$;
