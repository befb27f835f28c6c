-- Changes what a session is called, its days, its class hours, its seats; null: stays. Its standard and what it
-- trains for stay: another one is another session.
--
-- @null _title _starts_on _ends_on _hours _capacity _note
-- @outcome changed
-- @outcome replayed                it is so
-- @outcome session_not_found
-- @outcome session_state           may not be changed any more: state, allowed
-- @outcome dates_order             ends before it begins
-- @outcome capacity_below_enrolled
-- @outcome attendance_before       somebody attended before its first day
-- @outcome attendance_after        or behind its last
-- @outcome begins_before_enrolment earlier than it was, and before somebody was enrolled: nobody compares births again
-- @outcome begins_after_exam       an exam that ends it is held before its first day
-- @outcome site_ended_then         the session's, before its last day
-- @outcome standard_not_in_force_then  the session's, on its last day; or it has not the level then
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_change(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_session uuid, _title text, _starts_on date, _ends_on date, _hours int, _capacity int, _note text,
	OUT outcome text, OUT state text, OUT allowed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_was training_session;
	_is training_session;
	_becomes text;
	_standard text;
	_detail jsonb;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'session_change', _idem_key, _idem_print, _session) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- No site of the institution ends meanwhile.
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(s.institution)) FROM training_session s WHERE s.id = _session;
	-- The standards' guard before the session's row: which occupation it is about never changes.
	PERFORM pg_advisory_xact_lock_shared(7106, hashtext(s.occupation || '/' || s.edition))
	FROM training_session s WHERE s.id = _session;
	SELECT * INTO _was FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	_is := _was;
	_is.title := coalesce(_title, _was.title);
	_is.starts_on := coalesce(_starts_on, _was.starts_on);
	_is.ends_on := coalesce(_ends_on, _was.ends_on);
	_is.hours := coalesce(_hours, _was.hours);
	_is.capacity := coalesce(_capacity, _was.capacity);
	SELECT d.name INTO _standard FROM standard d WHERE d.id = _was.standard;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('session', _was.state, 'change') l;
	outcome := CASE
	    WHEN _was.id IS NULL THEN 'session_not_found'
	    WHEN _becomes IS NULL THEN 'session_state'
	    WHEN _is.ends_on < _is.starts_on THEN 'dates_order'
	    WHEN _is.capacity < _was.capacity AND _is.capacity < (SELECT count(*) FROM enrolment e
	        WHERE e.session = _session AND e.state = 'enrolled') THEN 'capacity_below_enrolled'
	    WHEN EXISTS (SELECT FROM attendance a JOIN enrolment e ON e.id = a.enrolment
	        WHERE e.session = _session AND a.day < _is.starts_on) THEN 'attendance_before'
	    WHEN EXISTS (SELECT FROM attendance a JOIN enrolment e ON e.id = a.enrolment
	        WHERE e.session = _session AND a.day > _is.ends_on) THEN 'attendance_after'
	    WHEN _is.starts_on < _was.starts_on AND EXISTS (SELECT FROM enrolment e
	        WHERE e.session = _session AND e.state = 'enrolled' AND _day(e.created_at) > _is.starts_on)
	        THEN 'begins_before_enrolment'
	    WHEN EXISTS (SELECT FROM exam x WHERE x.session = _session AND x.state <> 'cancelled'
	        AND x.held_on < _is.starts_on)
	        AND _is.starts_on <> _was.starts_on THEN 'begins_after_exam'
	    WHEN _is.ends_on > _was.ends_on AND EXISTS (SELECT FROM site t WHERE t.id = _was.site
	        AND t.valid_to < _is.ends_on) THEN 'site_ended_then'
	    END;
	IF outcome IS NULL AND _is.ends_on <> _was.ends_on AND _standard IS NOT NULL THEN
		SELECT 'standard_not_in_force_then' INTO outcome
		FROM _standard_for(_standard, _was.occupation, _was.edition, _was.work_type, _was.level, _is.ends_on) f
		WHERE f.refusal IS NOT NULL;
	END IF;
	IF outcome IS NULL THEN
		SELECT jsonb_object_agg(n.key, jsonb_build_array(w.value, n.value)) INTO _detail
		FROM jsonb_each(to_jsonb(_is)) n JOIN jsonb_each(to_jsonb(_was)) w ON w.key = n.key
		WHERE n.value IS DISTINCT FROM w.value;
		outcome := CASE WHEN _detail IS NULL THEN 'replayed' ELSE 'changed' END;
	END IF;
	IF outcome = 'changed' THEN
		UPDATE training_session s SET title = _is.title, starts_on = _is.starts_on, ends_on = _is.ends_on,
		    hours = _is.hours, capacity = _is.capacity
		WHERE s.id = _session;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'session_change', _session, _detail || jsonb_build_object('note', _note));
	END IF;
	state := _was.state;
	PERFORM _idempotency_end(_actor, 'session_change', _idem_key,
	    CASE WHEN outcome IN ('changed', 'replayed') THEN _session END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_change TO talent_worker;
