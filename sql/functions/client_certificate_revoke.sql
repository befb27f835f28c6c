-- Revokes a client certificate's access at once.
--
-- @outcome revoked
-- @outcome replayed
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.client_certificate_revoke(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid,
	OUT outcome text, OUT client_certificate uuid, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, client_certificate
	FROM _idempotency(_actor, 'client_certificate_revoke', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		journal := CASE WHEN outcome = 'replayed' THEN 'client_certificate: ' || _id END;
		RETURN;
	END IF;
	UPDATE client_certificate t SET revoked_at = now() WHERE t.id = _id AND t.revoked_at IS NULL;
	IF FOUND THEN
		outcome := 'revoked';
		INSERT INTO audit (actor, request, action, object)
		VALUES (_actor, _request, 'client_certificate_revoke', _id);
	ELSIF EXISTS (SELECT FROM client_certificate t WHERE t.id = _id) THEN
		outcome := 'replayed';
	ELSE
		outcome := 'not_found';
	END IF;
	client_certificate := CASE WHEN outcome <> 'not_found' THEN _id END;
	journal := 'client_certificate: ' || client_certificate;
	PERFORM _idempotency_end(_actor, 'client_certificate_revoke', _idem_key,
	    CASE WHEN outcome IN ('revoked', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.client_certificate_revoke TO talent_worker;
