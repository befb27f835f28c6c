-- Why a programme's window may not become that one (null: as it is), or null.
CREATE OR REPLACE FUNCTION talent._window_refusal(_programme text, _from date, _to date) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_p programme;
BEGIN
	SELECT * INTO _p FROM programme p WHERE p.slug = _programme;
	RETURN CASE WHEN _p.slug IS NULL THEN 'not_found'
	    WHEN coalesce(_to, _p.window_to) < coalesce(_from, _p.window_from) THEN 'window_order'
	    WHEN EXISTS (SELECT FROM goal g WHERE g.programme = _programme
	        AND g.reached_on < coalesce(_from, _p.window_from)) THEN 'milestone_before_window'
	    END;
END
$$;
GRANT EXECUTE ON FUNCTION talent._window_refusal(text, date, date) TO talent_worker;
