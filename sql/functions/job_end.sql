-- The end of a portion that this owner has claimed: _done is done, _left was not begun and may be claimed by
-- anybody, as if it had not been.
CREATE OR REPLACE FUNCTION talent.job_end(_job text, _owner text, _done text[], _left text[],
	OUT ended int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	UPDATE job_item j SET owner = NULL, ready_at = clock_timestamp(), tries = j.tries - 1
	WHERE j.job = _job AND j.item = ANY (_left) AND j.owner = _owner;
	DELETE FROM job_item j WHERE j.job = _job AND j.item = ANY (_done) AND j.owner = _owner;
	GET DIAGNOSTICS ended = ROW_COUNT;
END
$$;
GRANT EXECUTE ON FUNCTION talent.job_end TO talent_clerk, talent_jobs;
