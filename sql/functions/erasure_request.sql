-- Asks that a person be erased. Nothing changes before another person approves it, within 24 hours.
--
-- @null _note
-- @outcome requested
-- @outcome replayed                asked for already; that one is returned
-- @outcome not_found               or erased
-- @outcome wrong_state             a pass of the person waits for publication: publish or annul it first
-- @outcome idempotency_key_reused
-- @col expires_at instant
CREATE OR REPLACE FUNCTION talent.erasure_request(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _person uuid, _basis text, _note text,
	OUT outcome text, OUT id uuid, OUT expires_at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_p person;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, 'erasure_request', _idem_key, _idem_print, _id) i;
	IF outcome IS NULL THEN
		SELECT * INTO _p FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
		UPDATE erasure e SET state = 'expired', decided_at = now()
		WHERE e.person = _person AND e.state = 'awaiting_approval' AND e.expires_at <= now();
		SELECT e.id INTO id FROM erasure e WHERE e.person = _person AND e.state = 'awaiting_approval';
		outcome := CASE
		    WHEN _p.id IS NULL OR _p.erased_at IS NOT NULL THEN 'not_found'
		    WHEN id IS NOT NULL THEN 'replayed'
		    WHEN _person_waits(_person) THEN 'wrong_state'
		    ELSE 'requested' END;
		IF outcome = 'requested' THEN
			id := _id;
			INSERT INTO erasure (id, person, basis, note, requested_by)
			VALUES (_id, _person, _basis, _note, _actor);
			INSERT INTO audit (actor, request, action, object, detail)
			VALUES (_actor, _request, 'erasure_request', _person,
			    jsonb_build_object('id', _id, 'purpose', _basis, 'note', _note));
		END IF;
		PERFORM _idempotency_end(_actor, 'erasure_request', _idem_key,
		    CASE WHEN outcome IN ('requested', 'replayed') THEN id END);
	END IF;
	SELECT _instant(e.expires_at) INTO expires_at FROM erasure e WHERE e.id = erasure_request.id;
END
$$;
GRANT EXECUTE ON FUNCTION talent.erasure_request TO talent_worker;
