-- Erases whom somebody else asked to erase. The caller has worked out the hashes of all that was signed for the
-- person (sql/queries/erasure_signed.sql): that is all which is left of it. The status clock moves: when this has
-- committed no host answers from what it had cached.
--
-- @outcome approved
-- @outcome replayed                approved before
-- @outcome second_person_needed
-- @outcome first_person_gone       left since, or what they asked with was revoked
-- @outcome staff_unnamed           not both are named administrators whom two people or the owner let in
-- @outcome second_person_too_new
-- @outcome second_person_not_independent
-- @outcome action_over             rejected or too late
-- @outcome wrong_state             a pass waits for publication now
-- @outcome terms_changed           something was signed meanwhile: work out the hashes again
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col certificates int            how many ended
CREATE OR REPLACE FUNCTION talent.erasure_approve(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _versions uuid[], _keys text[], _hashes text[],
	OUT outcome text, OUT certificates int, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_e erasure;
	_rev bigint;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'erasure_approve', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _e FROM erasure e WHERE e.id = _id;
	IF _e.state = 'awaiting_approval' THEN
		_rev := _tick();
		PERFORM FROM person p WHERE p.id = _e.person FOR NO KEY UPDATE;
	END IF;
	SELECT * INTO _e FROM erasure e WHERE e.id = _id FOR NO KEY UPDATE;
	outcome := _decision('approved', _e.state, now(), _e.requested_at, _e.expires_at, _asked(_e.requested_by),
	    _decides(_actor));
	IF outcome = 'approved' THEN
		outcome := CASE
		    WHEN _person_waits(_e.person) THEN 'wrong_state'
		    WHEN _unhashed(_e.person, _versions, _keys) THEN 'terms_changed'
		    ELSE outcome END;
	END IF;
	IF outcome = 'approved' THEN
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'erasure_approve', _e.person, jsonb_build_object('id', _id,
		    'purpose', _e.basis, 'requested_by', _e.requested_by));
		journal := _person_erase(_actor, _request, _id, _e.person, _rev, _versions, _keys, _hashes);
		UPDATE erasure e SET state = 'approved', decided_by = _actor, decided_at = now() WHERE e.id = _id;
	ELSIF outcome = 'replayed' THEN
		journal := concat_ws(' ', 'erased:', _id, _e.person);
	END IF;
	SELECT count(*) INTO certificates FROM certificate_state s
	WHERE s.person = _e.person AND s.erased_from IS NOT NULL;
	PERFORM _idempotency_end(_actor, 'erasure_approve', _idem_key,
	    CASE WHEN outcome IN ('approved', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.erasure_approve TO talent_worker;
