-- Takes a pass that waits for its publication for this request of a clerk: longer than the request may
-- take, so that no other signs it meanwhile. The same request may take it again. At most one row;
-- none: it waits no more, or another has taken it.
--
-- @col supplied_number text?
-- @col certified text?             number of the certificate that the person has already
-- @col number_taken boolean        the supplied one
CREATE OR REPLACE FUNCTION talent.assessment_claim(_request text, _assessment uuid)
RETURNS TABLE (exam_id uuid, name text, supplied_number text, certified text, number_taken boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO publication_claim AS c (assessment, request, ends_at)
	SELECT a.id, _request, clock_timestamp() + interval '30 seconds'
	FROM assessment a WHERE a.id = _assessment AND a.state = 'awaiting_publication'
	ON CONFLICT (assessment) DO UPDATE SET request = EXCLUDED.request, ends_at = EXCLUDED.ends_at
	WHERE c.request = EXCLUDED.request OR c.ends_at < clock_timestamp();
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
GRANT EXECUTE ON FUNCTION talent.assessment_claim TO talent_clerk;
