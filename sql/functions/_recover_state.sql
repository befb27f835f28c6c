-- Enters again that a certificate was revoked, suspended or reinstated. False: it stands so already,
-- or something later has been said of it. Void ones become so with their result.
CREATE OR REPLACE FUNCTION talent._recover_state(_id uuid, _person uuid, _number text, _state text,
	_seen bigint, _day date) RETURNS boolean
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_old certificate_state;
	_rev bigint;
	_event text := CASE _state WHEN 'valid' THEN 'reinstated' ELSE _state END;
BEGIN
	PERFORM FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
	SELECT * INTO _old FROM certificate_state s WHERE s.certificate = _id FOR NO KEY UPDATE;
	IF _state = 'void' OR _old.state IN ('revoked', 'void') OR _old.state = _state
	    OR (_state <> 'revoked' AND _old.rev >= _seen) THEN
		RETURN false;
	END IF;
	_rev := _tick();
	UPDATE certificate_state s SET state = _state, rev = _rev,
	    revoked_on = CASE _state WHEN 'revoked' THEN coalesce(_day, _today()) END,
	    suspended_on = CASE _state WHEN 'suspended' THEN coalesce(_day, _today())
	        WHEN 'revoked' THEN s.suspended_on END
	WHERE s.certificate = _id;
	INSERT INTO certificate_event (certificate, kind, rev, request, reason)
	VALUES (_id, _event, _rev, 'recover', 'recovered');
	PERFORM _status_set(_id, CASE _state WHEN 'revoked' THEN 'revocation' ELSE 'suspension' END,
	    _state <> 'valid', _rev);
	PERFORM _recount_person(_person);
	INSERT INTO audit (request, action, object, detail)
	VALUES ('recover', 'certificate_' || _event, _id, jsonb_build_object('number', _number,
	    'reason', 'recovered'));
	RETURN true;
END
$$;
