-- Notes that these tokens and client certificates were used (to the minute).
CREATE OR REPLACE FUNCTION talent.credentials_touch(
	_ids uuid[],
	OUT touched int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_also int;
BEGIN
	UPDATE token t SET last_used_at = date_trunc('minute', now())
	WHERE t.id = ANY (ARRAY(SELECT x.id FROM token x WHERE x.id = ANY (_ids)
	    AND x.last_used_at IS DISTINCT FROM date_trunc('minute', now())
	    ORDER BY x.id FOR NO KEY UPDATE SKIP LOCKED));
	GET DIAGNOSTICS touched = ROW_COUNT;
	UPDATE client_certificate t SET last_used_at = date_trunc('minute', now())
	WHERE t.id = ANY (ARRAY(SELECT x.id FROM client_certificate x WHERE x.id = ANY (_ids)
	    AND x.last_used_at IS DISTINCT FROM date_trunc('minute', now())
	    ORDER BY x.id FOR NO KEY UPDATE SKIP LOCKED));
	GET DIAGNOSTICS _also = ROW_COUNT;
	touched := touched + _also;
END
$$;
GRANT EXECUTE ON FUNCTION talent.credentials_touch TO talent_worker, talent_clerk, talent_jobs;
