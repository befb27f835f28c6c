-- What _idempotency would say of a key that is there already, without taking it: replayed,
-- idempotency_key_reused, or null. For the reads that decide whether anything is to be signed:
-- exam_load, credential_load.
--
-- @col idempotency_seen text?
CREATE OR REPLACE FUNCTION talent.idempotency_seen(_actor uuid, _route text, _key bytea,
	_print bytea) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT CASE WHEN i.print = _print THEN 'replayed' ELSE 'idempotency_key_reused' END
	    FROM idempotency i
	    WHERE i.principal = coalesce(_actor, '00000000-0000-0000-0000-000000000000')
	    AND i.route = _route AND i.key = _key);
END
$$;
GRANT EXECUTE ON FUNCTION talent.idempotency_seen(uuid, text, bytea, bytea) TO talent_worker,
	talent_clerk, talent_jobs;
