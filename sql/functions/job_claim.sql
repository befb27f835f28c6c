-- Claims up to _n items of a job for an owner: nobody else gets them before _lease_ms have passed. Items
-- that somebody is claiming just now are passed over, so that no host waits for another. Whose last claim
-- ended without a word (its process died) has failed once more, and is given up at _failures_max.
--
-- @col tries int                   this one included
CREATE OR REPLACE FUNCTION talent.job_claim(_job text, _owner text, _n int, _lease_ms bigint, _failures_max int)
RETURNS TABLE (item text, tries int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_items text[];
BEGIN
	CASE _job
	WHEN 'publish' THEN	-- the oldest first
		_items := ARRAY(SELECT w.id::text FROM publish_waiting w WHERE _job_held('publish', w.id::text) IS NOT TRUE
		    ORDER BY w.publish_on, w.id LIMIT _n FOR NO KEY UPDATE SKIP LOCKED);
	WHEN 'confirm' THEN
		_items := ARRAY(SELECT w.key FROM confirm_waiting w WHERE _job_held('confirm', w.key) IS NOT TRUE
		    ORDER BY w.key LIMIT _n FOR NO KEY UPDATE SKIP LOCKED);
	WHEN 'list_key' THEN
		_items := ARRAY(SELECT w.slug FROM list_key_waiting w WHERE _job_held('list_key', w.slug) IS NOT TRUE
		    ORDER BY w.slug LIMIT _n FOR NO KEY UPDATE SKIP LOCKED);
	WHEN 'verify' THEN	-- the newest first: what was stored just now does not wait for what an upgrade found
		_items := ARRAY(SELECT w.serial::text FROM verify_waiting w WHERE _job_held('verify', w.serial::text) IS NOT TRUE
		    ORDER BY w.serial DESC LIMIT _n FOR NO KEY UPDATE SKIP LOCKED);
	WHEN 'reseal' THEN
		_items := ARRAY(SELECT w.id::text FROM reseal_waiting w WHERE _job_held('reseal', w.id::text) IS NOT TRUE
		    LIMIT _n FOR NO KEY UPDATE SKIP LOCKED);
		_items := _items || ARRAY(SELECT w.id::text FROM reseal_waiting_corrections w
		    WHERE _job_held('reseal', w.id::text) IS NOT TRUE LIMIT _n - cardinality(_items) FOR NO KEY UPDATE SKIP LOCKED);
	END CASE;
	RETURN QUERY
	WITH claimed AS (
		INSERT INTO job_item AS j (job, item, owner, ready_at, tries)
		SELECT _job, i.item, _owner, clock_timestamp() + _lease_ms * interval '1 ms', 1
		FROM unnest(_items) WITH ORDINALITY i (item, n) ORDER BY i.n
		ON CONFLICT (job, item) DO UPDATE SET tries = j.tries + 1,
		    failures = j.failures + (j.owner IS NOT NULL)::int,
		    owner = CASE WHEN j.owner IS NULL OR j.failures + 1 < _failures_max THEN _owner END,
		    ready_at = CASE WHEN j.owner IS NULL OR j.failures + 1 < _failures_max
		        THEN excluded.ready_at ELSE 'infinity' END,
		    reason = CASE WHEN j.owner IS NULL THEN j.reason ELSE 'unfinished' END,
		    given_up_at = CASE WHEN j.owner IS NOT NULL AND j.failures + 1 >= _failures_max
		        THEN clock_timestamp() END
		WHERE j.ready_at <= clock_timestamp()
		RETURNING j.item, j.tries, j.given_up_at)
	SELECT c.item, c.tries FROM claimed c WHERE c.given_up_at IS NULL;
END
$$;
GRANT EXECUTE ON FUNCTION talent.job_claim TO talent_clerk, talent_jobs;
