-- Ends what _idempotency began: remembers the object answered and what of the answer
-- no other row keeps, or (null: a refusal, which
-- may succeed later) forgets the key.
CREATE OR REPLACE FUNCTION talent._idempotency_end(_actor uuid, _route text, _key bytea,
	_object uuid, _answer jsonb DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_principal uuid := coalesce(_actor, '00000000-0000-0000-0000-000000000000');
BEGIN
	IF _key IS NULL THEN
		RETURN;
	ELSIF _object IS NULL THEN
		DELETE FROM idempotency i
		WHERE i.principal = _principal AND i.route = _route AND i.key = _key;
	ELSE
		UPDATE idempotency i SET object = _object, answer = _answer
		WHERE i.principal = _principal AND i.route = _route AND i.key = _key
		AND (i.object, i.answer) IS DISTINCT FROM (_object, _answer);
	END IF;
END
$$;
