-- Forgets up to _n rows whose work is gone: whoever did it died before he could say so, or it was given up
-- and then done, or withdrawn, otherwise. (What waits is claimed within a day of being ready, or starts
-- counting anew.)
CREATE OR REPLACE FUNCTION talent.job_sweep(_n int, OUT swept int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_given_up int;
BEGIN
	DELETE FROM job_item d WHERE d.ctid = ANY (ARRAY(
	    SELECT j.ctid FROM job_item j WHERE j.ready_at < now() - interval '1 day'
	    LIMIT _n FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS swept = ROW_COUNT;
	DELETE FROM job_item d WHERE d.ctid = ANY (ARRAY(
	    SELECT j.ctid FROM job_item j WHERE j.ready_at = 'infinity' AND NOT _job_waits(j.job, j.item)
	    LIMIT _n FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS _given_up = ROW_COUNT;
	swept := swept + _given_up;
END
$$;
GRANT EXECUTE ON FUNCTION talent.job_sweep TO talent_clerk, talent_jobs;
