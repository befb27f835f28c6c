-- How much waits, of each job, how much of that is worked at now, and what was given up. Of what waits at
-- most 10,000 are counted, and of corrections that are sealed anew as many again.
CREATE OR REPLACE FUNCTION talent.job_progress()
RETURNS TABLE (job text, waiting int, working int, given_up int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT w.job, w.waiting::int,
	    (SELECT count(*) FROM job_item j WHERE j.job = w.job AND j.owner IS NOT NULL
	        AND j.ready_at > clock_timestamp())::int,
	    (SELECT count(*) FROM job_item j WHERE j.job = w.job AND j.ready_at = 'infinity')::int
	FROM (
	    SELECT 'publish', (SELECT count(*) FROM (SELECT FROM publish_waiting LIMIT 10000) x)
	    UNION ALL SELECT 'confirm', (SELECT count(*) FROM (SELECT FROM confirm_waiting LIMIT 10000) x)
	    UNION ALL SELECT 'list_key', (SELECT count(*) FROM (SELECT FROM list_key_waiting LIMIT 10000) x)
	    UNION ALL SELECT 'key_begin', (SELECT count(*) FROM (SELECT FROM key_due LIMIT 10000) x)
	    UNION ALL SELECT 'verify', (SELECT count(*) FROM (SELECT FROM verify_waiting LIMIT 10000) x)
	    UNION ALL SELECT 'reseal', (SELECT count(*) FROM (SELECT FROM reseal_waiting LIMIT 10000) x)
	        + (SELECT count(*) FROM (SELECT FROM reseal_waiting_corrections LIMIT 10000) x)
	    UNION ALL SELECT 'fold', (SELECT count(*) FROM (SELECT FROM count_delta LIMIT 10000) x)
	    UNION ALL SELECT 'void', (SELECT count(*) FROM (SELECT FROM abandoned_signature a
	        WHERE a.list IS NOT NULL AND a.void_rev IS NULL LIMIT 10000) x)
	    UNION ALL SELECT 'reconsider', (SELECT count(*) FROM (SELECT FROM withheld_pass LIMIT 10000) x)
	    UNION ALL SELECT 'fill', (SELECT count(*) FROM programme_measure x WHERE x.filled_at IS NULL)
	) w (job, waiting);
END
$$;
GRANT EXECUTE ON FUNCTION talent.job_progress TO talent_worker, talent_clerk, talent_jobs;
