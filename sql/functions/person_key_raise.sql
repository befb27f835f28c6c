-- From now on numbers are to be sealed under this version of the key, which the host that asks has.
--
-- @outcome raised
-- @outcome replayed                it is this one already, or a later one
-- @outcome idempotency_key_reused
-- @col version int                 which it is
CREATE OR REPLACE FUNCTION talent.person_key_raise(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _version int,
	OUT outcome text, OUT version int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_was int;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'person_key_raise', _idem_key, _idem_print,
	    '00000000-0000-0000-0000-000000000000') i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT k.version INTO STRICT _was FROM person_key k WHERE k.single FOR UPDATE;
	IF outcome IS NULL AND _was < _version THEN
		UPDATE person_key k SET version = _version, since = now() WHERE k.single;
		INSERT INTO audit (actor, request, action, detail)
		VALUES (_actor, _request, 'person_key_raise', jsonb_build_object('from', _was, 'to', _version));
		outcome := 'raised';
	ELSE
		outcome := 'replayed';
	END IF;
	version := greatest(_was, _version);
END
$$;
GRANT EXECUTE ON FUNCTION talent.person_key_raise TO talent_worker;
