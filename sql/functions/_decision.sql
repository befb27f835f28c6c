-- What becomes of a decision about what somebody asked for within its time: the state that is wanted, or why
-- not. To approve takes a second person; anybody who may decide may reject, who asked too.
CREATE OR REPLACE FUNCTION talent._decision(
	_wanted text, _state text, _expires_at timestamptz, _requested_by uuid, _actor uuid) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE
	    WHEN _state IS NULL THEN 'not_found'
	    WHEN _state = _wanted THEN 'replayed'
	    WHEN _state <> 'awaiting_approval' OR now() >= _expires_at THEN 'action_over'
	    WHEN _wanted = 'approved' AND _requested_by = _actor THEN 'second_person_needed'
	    ELSE _wanted END
$$;
