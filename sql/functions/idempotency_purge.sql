-- Forgets idempotency keys older than that.
CREATE OR REPLACE FUNCTION talent.idempotency_purge(
	_older_than interval, _limit int,
	OUT purged int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM idempotency i WHERE i.ctid = ANY (ARRAY(
	    SELECT x.ctid FROM idempotency x WHERE x.at < now() - _older_than LIMIT _limit
	    FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS purged = ROW_COUNT;
END
$$;
GRANT EXECUTE ON FUNCTION talent.idempotency_purge TO talent_clerk, talent_jobs;
