-- Takes an Idempotency-Key for this transaction. seen is null if the key is new (or none
-- was sent): go on. Otherwise the outcome to answer: replayed (object = what the first call
-- made, answer = what of its answer no other row keeps) or idempotency_key_reused. A second caller waits here for the first one's commit,
-- in the unique index; it is the first lock of every write.
CREATE OR REPLACE FUNCTION talent._idempotency(_actor uuid, _route text, _key bytea,
	_print bytea, _object uuid, OUT seen text, OUT object uuid, OUT answer jsonb)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_principal uuid := coalesce(_actor, '00000000-0000-0000-0000-000000000000');
BEGIN
	IF _key IS NULL THEN
		RETURN;
	END IF;
	LOOP
		INSERT INTO idempotency (principal, route, key, print, object)
		VALUES (_principal, _route, _key, _print, _object)
		ON CONFLICT DO NOTHING;
		IF FOUND THEN
			RETURN;
		END IF;
		SELECT CASE WHEN i.print = _print THEN 'replayed' ELSE 'idempotency_key_reused' END,
		    CASE WHEN i.print = _print THEN i.object END, CASE WHEN i.print = _print THEN i.answer END
		INTO seen, object, answer
		FROM idempotency i
		WHERE i.principal = _principal AND i.route = _route AND i.key = _key;
		EXIT WHEN FOUND;	-- else it was purged in between: it is new again
	END LOOP;
END
$$;
