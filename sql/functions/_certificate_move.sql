-- Moves one certificate's state: revoked, suspended or reinstated. The three write functions
-- of those names differ in nothing else. Again with the reason that is recorded nothing happens; with another
-- one it is refused, for nobody would know which holds. reason is the recorded one then.
CREATE OR REPLACE FUNCTION talent._certificate_move(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_event text, _number text, _reason text, _note text,
	OUT outcome text, OUT certificate uuid, OUT number text, OUT state text,
	OUT revoked_on date, OUT suspended_on date, OUT rev bigint, OUT journal text,
	OUT reason text)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_route text := 'certificate_' || _event;
	_id uuid;
	_person uuid;
	_kind text;
	_old text;
	_rev bigint;
	_answer jsonb;
BEGIN
	SELECT i.seen, i.answer INTO outcome, _answer
	FROM _idempotency(_actor, _route, _idem_key, _idem_print, NULL) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT c.id, c.person, c.kind INTO _id, _person, _kind
	FROM certificate c WHERE c.number = _number;
	IF NOT FOUND THEN
		outcome := 'not_found';
		PERFORM _idempotency_end(_actor, _route, _idem_key, NULL);
		RETURN;
	END IF;

	IF outcome IS NULL THEN
		_rev := _tick();
		PERFORM FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
		SELECT s.state INTO _old
		FROM certificate_state s WHERE s.certificate = _id FOR NO KEY UPDATE;
		outcome := CASE
		    WHEN _event = 'revoked' AND _old IN ('revoked', 'void') THEN 'replayed'
		    WHEN _old IN ('revoked', 'void') THEN 'revoked_is_final'
		    WHEN _event = 'suspended' AND _old = 'suspended' THEN 'replayed'
		    WHEN _event = 'reinstated' AND _old = 'valid' THEN 'replayed'
		    ELSE _event END;
		IF outcome = 'replayed' THEN
			SELECT t.reason INTO reason FROM certificate_event t
			WHERE t.certificate = _id AND t.kind = CASE _old WHEN 'void' THEN 'voided' ELSE _event END
			ORDER BY t.rev DESC LIMIT 1;
			IF reason <> _reason THEN
				outcome := 'other_reason';
			END IF;
		END IF;
	END IF;

	IF outcome = _event THEN
		UPDATE certificate_state s
		SET state = CASE _event WHEN 'reinstated' THEN 'valid' ELSE _event END, rev = _rev,
		    revoked_on = CASE _event WHEN 'revoked' THEN _today() END,
		    suspended_on = CASE _event WHEN 'suspended' THEN _today()
		        WHEN 'revoked' THEN s.suspended_on END
		WHERE s.certificate = _id;
		INSERT INTO certificate_event (certificate, kind, rev, actor, request, reason, note)
		VALUES (_id, _event, _rev, _actor, _request, _reason, _note);
		PERFORM _status_set(_id,
		    CASE _event WHEN 'revoked' THEN 'revocation' ELSE 'suspension' END,
		    _event <> 'reinstated', _rev);
		IF _event = 'revoked' AND _kind = 'skill_grade' THEN
			PERFORM _recount_person(_person);
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _route, _id,
		    jsonb_build_object('number', _number, 'reason', _reason, 'note', _note));
	END IF;
	certificate := _id;
	number := _number;
	SELECT s.state, s.revoked_on, s.suspended_on, s.rev
	INTO state, revoked_on, suspended_on, rev
	FROM certificate_state s WHERE s.certificate = _id;
	IF _answer IS NULL THEN
		PERFORM _idempotency_end(_actor, _route, _idem_key,
		    CASE WHEN outcome IN (_event, 'replayed') THEN _id END,
		    jsonb_build_object('state', state, 'revoked_on', revoked_on, 'suspended_on', suspended_on));
	ELSE
		state := _answer ->> 'state';
		revoked_on := _answer ->> 'revoked_on';
		suspended_on := _answer ->> 'suspended_on';
	END IF;
	IF outcome IN (_event, 'replayed') THEN
		journal := _journal_state(NULL, _id);
	END IF;
END
$$;
