-- What putting an organisation into an area from a day on (none: out of any) comes to: area_join's outcome.
CREATE OR REPLACE FUNCTION talent._area_outcome(_area text, _organisation text, _from date) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_to constant text := nullif(_area, 'none');
	_id constant uuid := (SELECT o.id FROM organisation o WHERE o.slug = _organisation);
	_was organisation_area;
BEGIN
	SELECT * INTO _was FROM organisation_area a
	WHERE a.organisation = _id AND _from BETWEEN a.valid_from AND a.valid_to;
	RETURN CASE WHEN _id IS NULL OR _to IS NOT NULL AND NOT EXISTS (SELECT FROM area a WHERE a.slug = _to)
	        THEN 'not_found'
	    WHEN EXISTS (SELECT FROM organisation o WHERE o.id = _id AND o.state IN ('applied', 'refused'))
	        THEN 'organisation_not_approved'
	    WHEN _was.area IS NOT DISTINCT FROM _to
	        AND NOT EXISTS (SELECT FROM organisation_area a WHERE a.organisation = _id AND a.valid_from > _from)
	        AND coalesce(_was.valid_to, 'infinity') = 'infinity' THEN 'replayed'
	    WHEN _from < _today() THEN 'from_in_past'
	    ELSE 'joined' END;
END
$$;
GRANT EXECUTE ON FUNCTION talent._area_outcome TO talent_worker;
