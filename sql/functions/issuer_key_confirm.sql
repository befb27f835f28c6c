-- What came of trying the new box of a key that was wrapped anew: it opens, and the old one is let
-- go; or only the old one does, and takes its place again. _wrapped: the box that was tried.
--
-- @outcome confirmed
-- @outcome restored
-- @outcome changed_meanwhile       another box is there now, or it was confirmed
CREATE OR REPLACE FUNCTION talent.issuer_key_confirm(
	_request text, _key text, _wrapped bytea, _opens boolean, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_k issuer_key;
BEGIN
	PERFORM _guard_keys(k.organisation) FROM issuer_key k WHERE k.key = _key;
	SELECT * INTO _k FROM issuer_key k WHERE k.key = _key FOR NO KEY UPDATE;
	IF _k.key IS NULL OR _k.wrapped <> _wrapped OR _k.wrapped_before IS NULL THEN
		outcome := 'changed_meanwhile';
		RETURN;
	END IF;
	PERFORM set_config('talent.rewrapping', _key, true);
	UPDATE issuer_key k SET wrapped = CASE WHEN _opens THEN _wrapped ELSE _k.wrapped_before END,
	    wrapped_before = NULL
	WHERE k.key = _key;
	PERFORM set_config('talent.rewrapping', '', true);
	outcome := CASE WHEN _opens THEN 'confirmed' ELSE 'restored' END;
	INSERT INTO audit (request, action, object, detail)
	VALUES (_request, 'issuer_key_' || outcome, _k.organisation, jsonb_build_object('key', _key));
END
$$;
GRANT EXECUTE ON FUNCTION talent.issuer_key_confirm TO talent_clerk, talent_jobs;
