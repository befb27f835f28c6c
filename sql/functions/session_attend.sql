-- Records who attended how long: on a day, or (_day null) in all. What is recorded again is corrected; the hours
-- of an enrolment are the sum of its days, or the total. Arrays are literals of equal length.
--
-- @null _day
-- @outcome recorded
-- @outcome replayed                it is so
-- @outcome session_not_found
-- @outcome session_state           state, allowed
-- @outcome day_outside_session
-- @outcome day_in_future
-- @outcome enrolment_unknown       other = first id that is not of this session, or has left it
-- @outcome attendance_mixed        other = first id whose hours are recorded the other way
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_attend(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_session uuid, _day date, _enrolments uuid[], _hours numeric[],
	OUT outcome text, OUT state text, OUT allowed text, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s training_session;
	_becomes text;
	_how constant text := CASE WHEN _day IS NULL THEN 'total' ELSE 'daily' END;
	_changes jsonb;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'session_attend', _idem_key, _idem_print, _session) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO _s FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	state := _s.state;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('session', _s.state, 'attend') l;
	SELECT u::text INTO other FROM unnest(_enrolments) u
	WHERE NOT EXISTS (SELECT FROM enrolment e WHERE e.id = u AND e.session = _session AND e.state <> 'withdrawn') LIMIT 1;
	outcome := CASE
	    WHEN _s.id IS NULL THEN 'session_not_found'
	    WHEN _becomes IS NULL THEN 'session_state'
	    WHEN _day NOT BETWEEN _s.starts_on AND _s.ends_on THEN 'day_outside_session'
	    WHEN _day > _today() THEN 'day_in_future'
	    WHEN other IS NOT NULL THEN 'enrolment_unknown' END;
	IF outcome IS NULL THEN
		SELECT e.id::text INTO other FROM enrolment e
		WHERE e.session = _session AND e.id = ANY (_enrolments) AND e.attendance <> _how AND e.hours_attended > 0 LIMIT 1;
		outcome := CASE WHEN other IS NOT NULL THEN 'attendance_mixed' END;
	END IF;
	IF outcome IS NULL THEN
		-- What was there, and what is now: the record of a correction.
		SELECT jsonb_agg(jsonb_build_object('enrolment', u.id, 'from', w.hours, 'to', u.hours) ORDER BY u.id) INTO _changes
		FROM unnest(_enrolments, _hours) u (id, hours)
		CROSS JOIN LATERAL (SELECT * FROM enrolment x WHERE x.id = u.id LIMIT 1) e
		CROSS JOIN LATERAL (SELECT CASE WHEN _day IS NULL THEN CASE e.attendance WHEN 'total' THEN e.hours_attended END
		    ELSE (SELECT a.hours FROM attendance a WHERE a.enrolment = e.id AND a.day = _day) END AS hours) w
		WHERE w.hours IS DISTINCT FROM u.hours;
		outcome := CASE WHEN _changes IS NULL THEN 'replayed' ELSE 'recorded' END;
	END IF;
	IF outcome = 'recorded' THEN
		IF _day IS NOT NULL THEN
			INSERT INTO attendance (enrolment, day, hours)
			SELECT u.id, _day, u.hours FROM unnest(_enrolments, _hours) u (id, hours)
			ON CONFLICT (enrolment, day) DO UPDATE SET hours = EXCLUDED.hours;
		END IF;
		UPDATE enrolment e SET attendance = _how, hours_attended = CASE WHEN _day IS NULL THEN u.hours
		    ELSE (SELECT sum(a.hours) FROM attendance a WHERE a.enrolment = e.id) END
		FROM unnest(_enrolments, _hours) u (id, hours)
		WHERE e.id = u.id AND e.session = _session;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'session_attend', _session, jsonb_build_object('day', _day, 'hours', _changes));
	END IF;
	PERFORM _idempotency_end(_actor, 'session_attend', _idem_key,
	    CASE WHEN outcome IN ('recorded', 'replayed') THEN _session END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_attend TO talent_worker;
