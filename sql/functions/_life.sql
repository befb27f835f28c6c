-- What an action makes of something in that state (null: it may not be done), and what may be done with it
-- (comma separated, in order; empty: nothing more).
CREATE OR REPLACE FUNCTION talent._life(_noun text, _state text, _action text, OUT becomes text, OUT allowed text)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	SELECT max(l.becomes) FILTER (WHERE l.action = _action), coalesce(string_agg(l.action, ',' ORDER BY l.place), '')
	INTO becomes, allowed
	FROM life l WHERE l.noun = _noun AND l.state = _state;
END
$$;
