-- What becomes of a decision about what somebody asked for within its time: the state that is wanted, or why
-- not. To approve takes two people, who are named and whom two people, or the owner of the database, let in; the
-- second was there before it was asked for, and not by the first. Anybody who may decide may reject, who asked too.
-- Pure: whatever takes two people asks here.
CREATE OR REPLACE FUNCTION talent._decision(_wanted text, _state text, _now timestamptz,
	_requested_at timestamptz, _expires_at timestamptz, _first talent.staff, _second talent.staff) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE
	    WHEN _state IS NULL THEN 'not_found'
	    WHEN _state = _wanted THEN 'replayed'
	    WHEN _state <> 'awaiting_approval' OR _now >= _expires_at THEN 'action_over'
	    WHEN _wanted <> 'approved' THEN _wanted
	    WHEN (_first).id = (_second).id THEN 'second_person_needed'
	    WHEN (talent._is_administrator(_first) AND talent._is_administrator(_second)) IS NOT TRUE
	        THEN 'staff_unnamed'
	    WHEN greatest((_second).named_at, (_second).admitted_at) >= _requested_at THEN 'second_person_too_new'
	    WHEN (_first).id IN ((_second).admitted_by, (_second).approved_by) THEN 'second_person_not_independent'
	    ELSE _wanted END
$$;
