-- Asks for a rotation (_key null), retirement or revocation (_from: not trusted from that Shanghai
-- day on) of issuing keys, or of the registry's own. Nothing changes before another person approves it, within 24 hours.
--
-- @null _key _from
-- @outcome requested
-- @outcome replayed                the same is asked for already; that one is returned
-- @outcome not_found
-- @outcome no_active_key           there is nothing that new keys would take the place of
-- @outcome wrong_state             see _key_action_fits; or it is asked for with another date
-- @outcome from_in_future
-- @outcome idempotency_key_reused
-- @col expires_at instant
-- @col other_key text              of the pair; it stays as it is
-- @col issues bool                 whether the issuer would, with what is left
CREATE OR REPLACE FUNCTION talent.key_action_request(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _slug text, _action text, _key text, _from date,
	OUT outcome text, OUT id uuid, OUT expires_at text, OUT other_key text, OUT issues boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_org uuid;	-- null: the registry
	_known boolean;
	_owner uuid;
	_answer jsonb;
BEGIN
	SELECT i.seen, i.object, i.answer INTO outcome, id, _answer
	FROM _idempotency(_actor, 'key_action_request', _idem_key, _idem_print, _id) i;
	SELECT o.id INTO _org FROM organisation o WHERE o.slug = _slug;
	_owner := coalesce(_org, '00000000-0000-0000-0000-000000000000');
	_known := (FOUND OR _slug = _registry()) AND (_key IS NULL OR EXISTS (SELECT FROM issuer_key k
	    WHERE k.key = _key AND k.organisation IS NOT DISTINCT FROM _org));
	IF outcome IS NULL THEN
		IF NOT _known THEN
			outcome := 'not_found';
		ELSIF _from > _today() THEN
			outcome := 'from_in_future';
		ELSE
			PERFORM _guard_keys(_org);
			UPDATE key_action q SET state = 'expired', decided_at = now()
			WHERE coalesce(q.organisation, '00000000-0000-0000-0000-000000000000') = _owner
			AND q.state = 'awaiting_approval'
			AND q.expires_at <= now();
			SELECT q.id INTO id FROM key_action q
			WHERE coalesce(q.organisation, '00000000-0000-0000-0000-000000000000') = _owner
			AND q.action = _action AND q.key IS NOT DISTINCT FROM _key
			AND q.revoke_from IS NOT DISTINCT FROM _from AND q.state = 'awaiting_approval';
			IF FOUND THEN
				outcome := 'replayed';
			ELSIF _action = 'rotation' AND NOT _key_active(_org) THEN
				outcome := 'no_active_key';
			ELSIF EXISTS (SELECT FROM key_action q
			    WHERE coalesce(q.organisation, '00000000-0000-0000-0000-000000000000') = _owner
			    AND q.action = _action AND q.key IS NOT DISTINCT FROM _key
			    AND q.state = 'awaiting_approval')
			    OR NOT _key_action_fits(_org, _action, _key) THEN
				outcome := 'wrong_state';
			ELSE
				INSERT INTO key_action (id, organisation, action, key, revoke_from, requested_by)
				VALUES (_id, _org, _action, _key, _from, _actor);
				INSERT INTO audit (actor, request, action, object, detail)
				VALUES (_actor, _request, 'key_action_request', _org, jsonb_build_object(
				    'id', _id, 'action', _action, 'key', _key, 'from', _from));
				outcome := 'requested';
				id := _id;
			END IF;
		END IF;
	END IF;
	SELECT _instant(q.expires_at) INTO expires_at FROM key_action q WHERE q.id = key_action_request.id;
	SELECT l.other_key, l.issues, l.answer INTO other_key, issues, _answer
	FROM _key_left_then(_answer, _org, _key) l;
	IF outcome <> 'idempotency_key_reused' THEN
		PERFORM _idempotency_end(_actor, 'key_action_request', _idem_key, id, _answer);
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.key_action_request TO talent_worker;
