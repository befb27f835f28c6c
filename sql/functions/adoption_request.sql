-- Asks that a lost certificate be adopted, whose credential the caller has verified. Nothing changes
-- before another person approves it, within 24 hours.
--
-- @outcome requested
-- @outcome replayed                asked for already; that one is returned
-- @outcome not_found               not lost
-- @outcome revoked_is_final        it had been revoked
-- @outcome wrong_state             it was suspended
-- @outcome idempotency_key_reused
-- @col expires_at instant
CREATE OR REPLACE FUNCTION talent.adoption_request(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _version uuid, _number text, _holder text,
	OUT outcome text, OUT id uuid, OUT number text, OUT expires_at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_state text;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, 'adoption_request', _idem_key, _idem_print, _id) i;
	IF outcome IS NULL THEN
		SELECT l.state INTO _state FROM lost_certificate l
		WHERE l.version = _version AND l.number = _number FOR NO KEY UPDATE;
		UPDATE adoption a SET state = 'expired', decided_at = now()
		WHERE a.number = _number AND a.state = 'awaiting_approval' AND a.expires_at <= now();
		SELECT a.id INTO id FROM adoption a WHERE a.number = _number AND a.state IN ('awaiting_approval', 'approved');
		outcome := CASE
		    WHEN _state IS NULL THEN 'not_found'
		    WHEN _state IN ('revoked', 'void') THEN 'revoked_is_final'
		    WHEN _state = 'suspended' THEN 'wrong_state'
		    WHEN id IS NOT NULL THEN 'replayed'
		    ELSE 'requested' END;
		IF outcome = 'requested' THEN
			id := _id;
			INSERT INTO adoption (id, version, number, holder, requested_by)
			VALUES (_id, _version, _number, _holder, _actor);
			INSERT INTO audit (actor, request, action, object, detail)
			VALUES (_actor, _request, 'adoption_request', _id,
			    jsonb_build_object('number', _number, 'version', _version));
		END IF;
		PERFORM _idempotency_end(_actor, 'adoption_request', _idem_key,
		    CASE WHEN outcome IN ('requested', 'replayed') THEN id END);
	END IF;
	SELECT a.number, _instant(a.expires_at) INTO number, expires_at
	FROM adoption a WHERE a.id = adoption_request.id;
END
$$;
GRANT EXECUTE ON FUNCTION talent.adoption_request TO talent_worker;
