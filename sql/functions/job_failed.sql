-- Items that this owner has claimed and that could not be done: they may be claimed again after _pause_ms.
-- _blamed: by their own fault, so that they are given up at the _failures_max-th time. _refused: they never
-- can be, and are given up now. What is not his any more is left alone.
CREATE OR REPLACE FUNCTION talent.job_failed(_job text, _owner text, _items text[], _reason text,
	_pause_ms bigint, _blamed boolean, _refused boolean, _failures_max int,
	OUT failed int, OUT given_up int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	WITH f AS (
		UPDATE job_item j SET owner = NULL, reason = _reason, failures = e.failures,
		    ready_at = CASE WHEN e.over THEN 'infinity' ELSE clock_timestamp() + _pause_ms * interval '1 ms' END,
		    given_up_at = CASE WHEN e.over THEN clock_timestamp() END
		FROM (SELECT x.item, x.failures + _blamed::int AS failures,
		        _refused OR (_blamed AND x.failures + 1 >= _failures_max) AS over
		    FROM job_item x WHERE x.job = _job AND x.item = ANY (_items)) e
		WHERE j.job = _job AND j.item = e.item AND j.owner = _owner
		RETURNING j.given_up_at)
	SELECT count(*), count(f.given_up_at) INTO failed, given_up FROM f;
END
$$;
GRANT EXECUTE ON FUNCTION talent.job_failed TO talent_clerk, talent_jobs;
