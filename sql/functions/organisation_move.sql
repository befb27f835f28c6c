-- Approves or refuses an application, suspends, reinstates or ends an organisation: _wanted is approved, refused,
-- suspended, reinstated or ended. What it was is decided under its guard: of two at once one is first.
--
-- @null _reason _note
-- @outcome approved
-- @outcome refused
-- @outcome suspended
-- @outcome reinstated
-- @outcome ended
-- @outcome replayed                it is so, for that reason
-- @outcome other_reason            it is so for another reason: reason, since
-- @outcome wrong_state             state
-- @outcome last_administrator      no named administrator who holds a credential that lives works elsewhere
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.organisation_move(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_slug text, _wanted text, _reason text, _note text,
	OUT outcome text, OUT state text, OUT reason text, OUT since date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := 'organisation_' || CASE _wanted WHEN 'approved' THEN 'approve' WHEN 'refused' THEN 'refuse'
	    WHEN 'suspended' THEN 'suspend' WHEN 'reinstated' THEN 'reinstate' WHEN 'ended' THEN 'end' END;
	_to constant text := CASE _wanted WHEN 'reinstated' THEN 'approved' ELSE _wanted END;
	_from constant text[] := CASE _wanted WHEN 'suspended' THEN '{approved}'::text[] WHEN 'reinstated' THEN '{suspended}'
	    WHEN 'ended' THEN '{approved,suspended}' ELSE '{applied}' END;
	_id uuid;
	_o organisation;
	_stops boolean;
BEGIN
	SELECT o.id INTO _id FROM organisation o WHERE o.slug = _slug;
	SELECT i.seen INTO outcome FROM _idempotency(_actor, _what, _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- Who administers may not change meanwhile (before the guards, as wherever both are taken).
	_stops := _wanted IN ('suspended', 'ended') AND EXISTS (SELECT FROM organisation_kind k
	    WHERE k.organisation = _id AND k.kind = 'authority');
	PERFORM pg_advisory_xact_lock(7107, 0) WHERE _stops;
	-- The guard before the row: the trigger would take them the other way round.
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(_id));
	SELECT * INTO _o FROM organisation o WHERE o.id = _id;
	IF _id IS NULL THEN
		outcome := 'not_found';
	ELSIF _o.state = ANY (_from) AND _stops AND NOT EXISTS (SELECT FROM staff s
	    WHERE s.role = 'administrator' AND s.organisation IS DISTINCT FROM _id AND _administers(s)) THEN
		outcome := 'last_administrator';
	ELSIF _o.state = ANY (_from) THEN
		UPDATE organisation o SET state = _to, state_since = now(), state_reason = _reason WHERE o.id = _id;
		IF _wanted = 'approved' AND _o.area IS NOT NULL THEN
			INSERT INTO organisation_area (organisation, area, valid_from) VALUES (_id, _o.area, _today());
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _id, jsonb_build_object('from', _o.state, 'to', _to, 'reason', _reason,
		    'note', _note));
		outcome := _wanted;
	ELSIF _o.state <> _to THEN
		outcome := 'wrong_state';
	ELSIF _o.state_reason IS DISTINCT FROM _reason AND _wanted NOT IN ('approved', 'reinstated') THEN
		outcome := 'other_reason';
		reason := coalesce(_o.state_reason, 'other');
		since := _day(_o.state_since);
	ELSE
		outcome := 'replayed';
	END IF;
	state := _o.state;
	PERFORM _idempotency_end(_actor, _what, _idem_key,
	    CASE WHEN outcome IN (_wanted, 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.organisation_move TO talent_worker;
