-- Does what was asked for, by a second person. The keys are fresh ones for a rotation, null
-- otherwise: the new pair becomes active and the old one retires in this transaction, under the
-- issuer's guard, so every store meets either the old keys or the new ones. A revocation moves the
-- status clock: when it has committed no host answers from what it had cached.
--
-- @null _key _public _wrapped _jwt_key _jwt_public _jwt_wrapped
-- @outcome approved
-- @outcome replayed                approved before
-- @outcome second_person_needed
-- @outcome action_over             rejected or too late
-- @outcome wrong_state             the key has changed since
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col key text                    the new key for embedded proofs, or the one that was changed
-- @col jwt_key text                of a rotation
CREATE OR REPLACE FUNCTION talent.key_action_approve(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	_key text, _public bytea, _wrapped bytea, _jwt_key text, _jwt_public bytea, _jwt_wrapped bytea,
	OUT outcome text, OUT action text, OUT slug text, OUT key text, OUT jwt_key text,
	OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_q key_action;
	_n int;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'key_action_approve', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	-- What never changes is read first; it says which locks are needed.
	SELECT * INTO _q FROM key_action q WHERE q.id = _id;
	IF NOT FOUND THEN
		outcome := 'not_found';
		PERFORM _idempotency_end(_actor, 'key_action_approve', _idem_key, NULL);
		RETURN;
	END IF;
	action := _q.action;
	SELECT o.slug INTO slug FROM organisation o WHERE o.id = _q.organisation;
	IF action = 'revocation' THEN
		PERFORM _tick();
	END IF;
	PERFORM _guard_alone(7101, _q.organisation);
	SELECT * INTO _q FROM key_action q WHERE q.id = _id FOR NO KEY UPDATE;
	SELECT count(*) INTO _n FROM issuer_key k
	WHERE k.organisation = _q.organisation AND k.key = coalesce(_q.key, k.key)
	AND (k.state = 'active' OR (action = 'revocation' AND k.state = 'retired'));
	outcome := _decision('approved', _q.state, _q.expires_at, _q.requested_by, _actor);
	IF outcome = 'approved' AND (_n = 0 OR
	    (action = 'rotation') <> (_key IS NOT NULL AND _jwt_key IS NOT NULL)) THEN
		outcome := 'wrong_state';
	END IF;
	IF outcome = 'approved' THEN
		UPDATE key_action q SET state = 'approved', decided_by = _actor, decided_at = now()
		WHERE q.id = _id;
		IF action = 'revocation' THEN
			UPDATE status_clock SET rev = rev + 1, forget_rev = rev + 1 WHERE single;
			UPDATE issuer_key k SET state = 'revoked', retired_at = coalesce(k.retired_at, now()),
			    revoked_from = _q.revoke_from::timestamp AT TIME ZONE 'Asia/Shanghai'
			WHERE k.key = _q.key;
		ELSE
			UPDATE issuer_key k SET state = 'retired', retired_at = now()
			WHERE k.organisation = _q.organisation AND k.key = coalesce(_q.key, k.key)
			AND k.state = 'active';
		END IF;
		IF action = 'rotation' THEN
			INSERT INTO issuer_key (key, organisation, public, wrapped)
			VALUES (_key, _q.organisation, _public, _wrapped),
			    (_jwt_key, _q.organisation, _jwt_public, _jwt_wrapped);
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'key_action_approve', _q.organisation, jsonb_build_object(
		    'id', _id, 'action', action, 'key', coalesce(_q.key, _key), 'jwt_key', _jwt_key,
		    'from', _q.revoke_from, 'requested_by', _q.requested_by));
	END IF;
	PERFORM _idempotency_end(_actor, 'key_action_approve', _idem_key,
	    CASE WHEN outcome IN ('approved', 'replayed') THEN _id END);
	SELECT coalesce(_q.key, max(k.key) FILTER (WHERE k.kind = 'ed25519')),
	    CASE WHEN _q.key IS NULL THEN max(k.key) FILTER (WHERE k.kind = 'p256') END
	INTO key, jwt_key
	FROM issuer_key k WHERE k.organisation = _q.organisation AND k.state = 'active';
	IF action = 'revocation' AND outcome IN ('approved', 'replayed') THEN
		journal := concat_ws(' ', 'key:', _q.key, _q.revoke_from);
	ELSIF action = 'rotation' AND outcome IN ('approved', 'replayed') THEN
		journal := _journal_keys(ARRAY[key, jwt_key]);
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.key_action_approve TO talent_worker;
