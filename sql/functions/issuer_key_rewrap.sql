-- Keeps an issuing key as the signer wrapped it anew, and the old box beside it until the new one
-- has been seen to open (issuer_key_confirm; of several the oldest unconfirmed one). An Idempotency-Key covers the whole request,
-- many keys: each says for itself whether it is done.
--
-- @outcome rewrapped
-- @outcome unchanged               it is kept like that already
-- @outcome changed_meanwhile       kept neither as the old nor as the new bytes: somebody else wrapped it
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.issuer_key_rewrap(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_key text, _old_wrapped bytea, _new_wrapped bytea, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_k issuer_key;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'issuer_key_rewrap', _idem_key, _idem_print, NULL) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	-- The guard first, as whoever changes the key's state has it.
	PERFORM _guard_keys(k.organisation) FROM issuer_key k WHERE k.key = _key;
	SELECT * INTO _k FROM issuer_key k WHERE k.key = _key FOR NO KEY UPDATE;
	outcome := CASE
	    WHEN _k.key IS NULL THEN 'not_found'
	    WHEN _k.wrapped = _new_wrapped THEN 'unchanged'
	    WHEN _k.wrapped = _old_wrapped THEN 'rewrapped'
	    ELSE 'changed_meanwhile' END;
	IF outcome = 'rewrapped' THEN
		PERFORM set_config('talent.rewrapping', _key, true);
		UPDATE issuer_key k SET wrapped = _new_wrapped,
		    wrapped_before = coalesce(k.wrapped_before, k.wrapped)
		WHERE k.key = _key;
		PERFORM set_config('talent.rewrapping', '', true);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'issuer_key_rewrap', _k.organisation,
		    jsonb_build_object('key', _key));
	END IF;
	PERFORM _idempotency_end(_actor, 'issuer_key_rewrap', _idem_key,
	    CASE WHEN outcome IN ('rewrapped', 'unchanged')
	        THEN coalesce(_k.organisation, '00000000-0000-0000-0000-000000000000') END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.issuer_key_rewrap TO talent_worker;
