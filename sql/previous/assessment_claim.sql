-- Takes a pass that waits for its publication for a request of the version before: half a minute, in which
-- nobody else claims it (job_claim). The same request may take it again.
CREATE OR REPLACE FUNCTION talent.assessment_claim(_request text, _assessment uuid)
RETURNS TABLE (exam_id uuid, name text, supplied_number text, certified text, number_taken boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO job_item AS j (job, item, owner, ready_at, tries)
	SELECT 'publish', a.id::text, 'request ' || _request, clock_timestamp() + interval '30 seconds', 1
	FROM assessment a WHERE a.id = _assessment AND a.state = 'awaiting_publication'
	ON CONFLICT (job, item) DO UPDATE SET owner = excluded.owner, ready_at = excluded.ready_at
	WHERE j.owner = excluded.owner OR j.ready_at < clock_timestamp();
	IF NOT FOUND THEN
		RETURN;
	END IF;
	RETURN QUERY SELECT a.exam, a.name::text, a.supplied_number::text,
	    _live_grade(a.person, e.occupation, e.work_type, e.level)::text,
	    CASE WHEN a.supplied_number IS NULL THEN false
	        ELSE _number_taken(a.supplied_number, e.body, a.id) END
	FROM assessment a JOIN exam e ON e.id = a.exam
	WHERE a.id = _assessment AND a.state = 'awaiting_publication';
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_claim TO talent_clerk, talent_jobs;
