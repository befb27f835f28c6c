-- Whether somebody let another one in: asked for it or approved it, when they were admitted or whenever they were given
-- a name, since another name may be another person. staff says who did so last; the requests say who ever did.
CREATE OR REPLACE FUNCTION talent._let_in(_somebody uuid, _s talent.staff) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN coalesce(_somebody IN (_s.admitted_by, _s.approved_by), false) OR EXISTS (SELECT FROM staff_request q
	    WHERE q.staff = _s.id AND q.state = 'approved' AND (q.what = 'admission' OR q.name IS NOT NULL)
	    AND _somebody IN ((_staff_of(q.requested_by)).id, (_staff_of(q.decided_by)).id));
END
$$;

-- What becomes of a decision about what somebody asked for within its time: the state that is wanted, or why
-- not. To approve takes two people, who are named and whom two people, or the owner of the database, let in; the
-- second was there before it was asked for, and not by the first, who is there still (_asked). Anybody who may decide may reject, who asked too.
-- Whatever takes two people asks here.
CREATE OR REPLACE FUNCTION talent._decision(_wanted text, _state text, _now timestamptz,
	_requested_at timestamptz, _expires_at timestamptz, _first talent.staff, _second talent.staff) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE
	    WHEN _state IS NULL THEN 'not_found'
	    WHEN _state = _wanted THEN 'replayed'
	    WHEN _state <> 'awaiting_approval' OR _now >= _expires_at THEN 'action_over'
	    WHEN _wanted <> 'approved' THEN _wanted
	    WHEN (_first).id = (_second).id THEN 'second_person_needed'
	    WHEN (_first).left_at IS NOT NULL THEN 'first_person_gone'
	    WHEN (talent._is_administrator(_first) AND talent._is_administrator(_second)) IS NOT TRUE
	        THEN 'staff_unnamed'
	    WHEN greatest((_second).named_at, (_second).admitted_at) >= _requested_at THEN 'second_person_too_new'
	    WHEN talent._let_in((_first).id, _second) THEN 'second_person_not_independent'
	    ELSE _wanted END
$$;
