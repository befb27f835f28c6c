-- Revokes a token at once.
--
-- @outcome revoked
-- @outcome replayed
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.token_revoke(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid,
	OUT outcome text, OUT token uuid, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, token
	FROM _idempotency(_actor, 'token_revoke', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		journal := CASE WHEN outcome = 'replayed' THEN 'token: ' || _id END;
		RETURN;
	END IF;
	UPDATE token t SET revoked_at = now() WHERE t.id = _id AND t.revoked_at IS NULL;
	IF FOUND THEN
		outcome := 'revoked';
		INSERT INTO audit (actor, request, action, object)
		VALUES (_actor, _request, 'token_revoke', _id);
	ELSIF EXISTS (SELECT FROM token t WHERE t.id = _id) THEN
		outcome := 'replayed';
	ELSE
		outcome := 'not_found';
	END IF;
	token := CASE WHEN outcome <> 'not_found' THEN _id END;
	journal := 'token: ' || token;
	PERFORM _idempotency_end(_actor, 'token_revoke', _idem_key,
	    CASE WHEN outcome IN ('revoked', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.token_revoke TO talent_worker;
