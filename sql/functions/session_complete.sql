-- Ends a session: who attended at least the minimum hours (those of the standard's level, or else the session's)
-- has completed, and counts. Whose hours are not listed has those that were recorded (session_attend). Whoever left
-- it before is no part of it. Arrays are literals of equal length.
--
-- @outcome completed
-- @outcome replayed                same content again
-- @outcome already_completed       other content; state, allowed
-- @outcome session_not_found
-- @outcome session_cancelled       state, allowed
-- @outcome completed_before_end    before the session's last day
-- @outcome date_in_future
-- @outcome enrolment_unknown       other = first id that is not of this session, or has left it
-- @outcome attendance_differs      other = first id that attended other hours, day by day, than are listed
-- @outcome idempotency_key_reused
-- @col not_completed text          a JSON array of {"id","code","minimum"}; code hours_below_minimum, or
--                                  not_reported for an enrolment that was not listed
CREATE OR REPLACE FUNCTION talent.session_complete(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_session uuid, _completed_on date, _enrolments uuid[], _hours numeric[],
	OUT outcome text, OUT completed int, OUT not_completed text, OUT other text,
	OUT state text, OUT allowed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s training_session;
	_district text;
	_minimum int;
	_seen boolean;
	_becomes text;
	_who uuid;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'session_complete', _idem_key, _idem_print, _session) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	_seen := outcome IS NOT NULL;

	<<work>>
	BEGIN
	SELECT * INTO _s FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'session_not_found';
		EXIT work;
	END IF;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('session', _s.state, 'complete') l;
	state := _s.state;
	SELECT u::text INTO other FROM unnest(_enrolments) u
	WHERE NOT EXISTS (SELECT FROM enrolment e WHERE e.id = u AND e.session = _session
	    AND e.state <> 'withdrawn') LIMIT 1;
	IF FOUND THEN
		outcome := 'enrolment_unknown';
		EXIT work;
	END IF;
	IF _s.state = 'completed' THEN
		outcome := CASE WHEN _seen OR (_s.completed_on = _completed_on AND NOT EXISTS (
		    SELECT FROM enrolment e
		    LEFT JOIN unnest(_enrolments, _hours) u (id, hours) ON u.id = e.id
		    WHERE e.session = _session AND e.state <> 'withdrawn'
		    AND NOT (u.id IS NULL AND e.attendance IS NOT NULL)	-- it was on record before
		    AND e.hours_attended IS DISTINCT FROM u.hours))
		    THEN 'replayed' ELSE 'already_completed' END;
	ELSIF _becomes IS NULL THEN
		outcome := 'session_cancelled';
	ELSIF _completed_on < _s.ends_on THEN
		outcome := 'completed_before_end';
	ELSIF _completed_on > _today() THEN
		outcome := 'date_in_future';
	ELSE
		SELECT e.id::text INTO other FROM unnest(_enrolments, _hours) u (id, hours)
		CROSS JOIN LATERAL (SELECT * FROM enrolment x WHERE x.id = u.id LIMIT 1) e
		WHERE e.attendance = 'daily' AND e.hours_attended > 0 AND e.hours_attended <> u.hours LIMIT 1;
		outcome := CASE WHEN other IS NOT NULL THEN 'attendance_differs' ELSE 'completed' END;
	END IF;
	IF outcome NOT IN ('completed', 'replayed') THEN
		EXIT work;
	END IF;

	SELECT coalesce((SELECT l.min_hours FROM standard_level l
	    WHERE l.standard = _s.standard -- it may have ended meanwhile
	    AND l.version = _standard_version(_s.standard, least(_s.ends_on,
	        (SELECT d.valid_to FROM standard d WHERE d.id = _s.standard)))
	    AND l.work_type = _s.work_type AND l.level = _s.level), _s.hours) INTO _minimum;
	IF outcome = 'completed' THEN
		SELECT o.district INTO _district FROM organisation o WHERE o.id = _s.institution;
		UPDATE enrolment e SET hours_attended = u.hours,
		    attendance = CASE WHEN e.hours_attended = u.hours THEN e.attendance END,
		    state = CASE WHEN u.hours >= _minimum THEN 'completed' ELSE 'not_completed' END
		FROM unnest(_enrolments, _hours) u (id, hours)
		WHERE e.id = u.id AND e.session = _session;
		UPDATE enrolment e	-- was not listed
		SET state = CASE WHEN e.hours_attended >= _minimum THEN 'completed' ELSE 'not_completed' END
		WHERE e.session = _session AND e.state = 'enrolled';
		UPDATE training_session s SET state = _becomes, completed_on = _completed_on,
		    counted_district = _district, recorded_at = now(), state_since = now()
		WHERE s.id = _session;
	END IF;
	SELECT count(*) FILTER (WHERE e.state = 'completed'),
	    coalesce(string_agg(format('{"id":"%s","code":"%s","minimum":%s}', e.id,
	    CASE WHEN e.hours_attended IS NULL THEN 'not_reported' ELSE 'hours_below_minimum' END,
	    _minimum), ',' ORDER BY array_position(_enrolments, e.id), e.id)
	    FILTER (WHERE e.state = 'not_completed'), '')
	INTO completed, not_completed
	FROM enrolment e WHERE e.session = _session;
	not_completed := '[' || not_completed || ']';
	IF outcome = 'completed' THEN
		PERFORM _count_session(_session);
		FOR _who IN SELECT p.id FROM person p
		    WHERE p.id = ANY (ARRAY(SELECT e.person FROM enrolment e
		        WHERE e.session = _session AND e.state = 'completed'))
		    ORDER BY p.id_hash FOR NO KEY UPDATE LOOP
			PERFORM _recount_person(_who);
		END LOOP;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'session_complete', _session,
		    jsonb_build_object('from', _s.state, 'to', _becomes, 'completed', completed));
		state := _becomes;
	END IF;
	END;
	PERFORM _idempotency_end(_actor, 'session_complete', _idem_key,
	    CASE WHEN outcome IN ('completed', 'replayed') THEN _session END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_complete TO talent_worker;
