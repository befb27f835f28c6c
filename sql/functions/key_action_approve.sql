-- Does what was asked for, by a second person. A rotation brings a fresh pair, and the retirement or
-- revocation of a list key or the registry's another one, as the rotation of the
-- registry's (_key without _jwt_key): it is published now and begins to sign when
-- its time has come (keys_begin); until then the old pair signs, and the pair's key signs the lists of a list
-- key that is revoked. What was revoked signs nothing more from this transaction on, under the issuer's guard. A
-- revocation moves the status clock: when it has committed no host answers from what it had cached.
--
-- @null _key _public _wrapped _jwt_key _jwt_public _jwt_wrapped
-- @outcome approved
-- @outcome replayed                approved before
-- @outcome second_person_needed
-- @outcome first_person_gone       left since, or what they asked with was revoked
-- @outcome staff_unnamed           not both are named administrators whom two people or the owner let in
-- @outcome second_person_too_new
-- @outcome second_person_not_independent
-- @outcome action_over             rejected or too late
-- @outcome wrong_state             the key has changed since
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col key text                    the key that was changed
-- @col signs text                  what that was for: certificates, lists, receipts
-- @col new_key text                of a rotation, or of a list key or the registry's
-- @col jwt_key text                of a rotation
-- @col signs_from instant          from when on they sign
-- @col other_key text              of the pair; it stays as it is
-- @col issues bool                 whether the issuer does, with what is left
CREATE OR REPLACE FUNCTION talent.key_action_approve(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	_key text, _public bytea, _wrapped bytea, _jwt_key text, _jwt_public bytea, _jwt_wrapped bytea,
	OUT outcome text, OUT action text, OUT slug text, OUT key text, OUT signs text,
	OUT new_key text, OUT jwt_key text, OUT signs_from text, OUT other_key text, OUT issues boolean,
	OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_q key_action;
	_follows boolean;	-- another key alone has to
	_signs text;
	_answer jsonb;
BEGIN
	SELECT i.seen, i.answer INTO outcome, _answer
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
	key := _q.key;
	SELECT k.signs INTO signs FROM issuer_key k WHERE k.key = _q.key;
	slug := coalesce((SELECT o.slug FROM organisation o WHERE o.id = _q.organisation), _registry());
	_signs := CASE WHEN _q.organisation IS NULL THEN 'receipts'
	    WHEN action = 'rotation' THEN 'certificates' ELSE signs END;
	IF action = 'revocation' THEN
		PERFORM _tick();
	END IF;
	PERFORM _guard_keys(_q.organisation);
	SELECT * INTO _q FROM key_action q WHERE q.id = _id FOR NO KEY UPDATE;
	outcome := _decision('approved', _q.state, now(), _q.requested_at, _q.expires_at, _asked(_q.requested_by),
	    _decides(_actor));
	_follows := _signs <> 'certificates' AND (action = 'rotation'
	    OR (EXISTS (SELECT FROM issuer_key k WHERE k.key = _q.key AND k.state IN ('published', 'active'))
	        AND NOT EXISTS (SELECT FROM issuer_key k
	            WHERE k.organisation IS NOT DISTINCT FROM _q.organisation
	            AND k.signs = _signs AND k.key <> _q.key AND k.state IN ('published', 'active'))));
	IF outcome = 'approved' AND (NOT _key_action_fits(_q.organisation, _q.action, _q.key)
	    OR ((action = 'rotation' OR _follows) AND _key IS NULL)
	    OR (action = 'rotation' AND NOT _follows) <> (_jwt_key IS NOT NULL)) THEN
		outcome := 'wrong_state';
	END IF;
	IF outcome = 'approved' THEN
		IF action = 'revocation' THEN
			UPDATE status_clock SET rev = rev + 1, forget_rev = rev + 1 WHERE single;
			UPDATE issuer_key k SET state = 'revoked', retired_at = coalesce(k.retired_at, now()),
			    revoked_from = _q.revoke_from::timestamp AT TIME ZONE 'Asia/Shanghai'
			WHERE k.key = _q.key;
		ELSE	-- a key that another one follows signs until that does
			UPDATE issuer_key k SET state = 'retired', retired_at = now()
			WHERE k.key = _q.key AND (k.signs = 'certificates' OR k.state = 'published');
		END IF;
		INSERT INTO issuer_key (key, organisation, signs, public, wrapped, state, signs_from)
		SELECT n.key, _q.organisation, _signs,
		    n.public, n.wrapped, 'published', now() + _publication()
		FROM (VALUES (_key, _public, _wrapped), (_jwt_key, _jwt_public, _jwt_wrapped))
		    n (key, public, wrapped)
		WHERE n.key IS NOT NULL AND (_q.action = 'rotation' OR _follows);
		UPDATE key_action q SET state = 'approved', decided_by = _actor, decided_at = now(),
		    new_key = CASE WHEN _q.action = 'rotation' OR _follows THEN _key END,
		    new_jwt_key = _jwt_key
		WHERE q.id = _id RETURNING * INTO _q;
		PERFORM _keys_begin(_request, _q.organisation);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'key_action_approve', _q.organisation, jsonb_build_object(
		    'id', _id, 'action', _q.action, 'key', coalesce(_q.key, _q.new_key),
		    'jwt_key', _q.new_jwt_key, 'new_key', _q.new_key,
		    'from', _q.revoke_from, 'requested_by', _q.requested_by));
	END IF;
	IF outcome IN ('approved', 'replayed') THEN
		new_key := _q.new_key;
		jwt_key := _q.new_jwt_key;
		SELECT _instant(k.signs_from) INTO signs_from FROM issuer_key k WHERE k.key = _q.new_key;
		SELECT l.other_key, l.issues, l.answer INTO other_key, issues, _answer
		FROM _key_left_then(_answer, _q.organisation, _q.key) l;
		journal := concat_ws(E'\n', _journal_keys(ARRAY[_q.new_key, _q.new_jwt_key]),
		    CASE action WHEN 'revocation' THEN concat_ws(' ', 'key:', _q.key, _q.revoke_from) END);
	END IF;
	PERFORM _idempotency_end(_actor, 'key_action_approve', _idem_key,
	    CASE WHEN outcome IN ('approved', 'replayed') THEN _id END, _answer);
END
$$;
GRANT EXECUTE ON FUNCTION talent.key_action_approve TO talent_worker;
