-- Judges withheld passes anew, at most _n that were not judged within _pause, the longest unjudged
-- first: what nothing stands in the way of any more becomes due again, for another reason the
-- reason is told.
--
-- @col due int                     again
CREATE OR REPLACE FUNCTION talent.withheld_reconsider(_n int, _pause interval,
	OUT judged int, OUT due int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid;
	_a assessment;
	_f exam_facts;
	_reason text;
	_number text;
BEGIN
	judged := 0;
	due := 0;
	FOR _id IN SELECT w.assessment FROM withheld_pass w WHERE w.judged_at < now() - _pause
	    ORDER BY w.judged_at LIMIT _n LOOP
		-- One that is being judged or annulled elsewhere is left to whoever does.
		PERFORM FROM person p JOIN assessment a ON a.person = p.id WHERE a.id = _id
		FOR NO KEY UPDATE OF p SKIP LOCKED;
		CONTINUE WHEN NOT FOUND;
		SELECT * INTO _a FROM assessment a WHERE a.id = _id;
		CONTINUE WHEN _a.state <> 'withheld';
		SELECT * INTO _f FROM exam_facts f WHERE f.id = _a.exam;
		_f := _public_alone(_f, _a);
		SELECT r.reason, r.certificate_number INTO _reason, _number
		FROM _publication_refusal(_f, _a) r;
		_reason := coalesce(_reason, _series_refusal(_f, _a));
		judged := judged + 1;
		IF _reason IS NULL THEN
			UPDATE assessment a SET state = 'awaiting_publication' WHERE a.id = _id;
			DELETE FROM withheld_pass w WHERE w.assessment = _id;
			INSERT INTO audit (request, action, object)
			VALUES ('jobs', 'assessment_due_again', _id);
			due := due + 1;
		ELSE
			UPDATE withheld_pass w SET reason = _reason, certificate_number = _number,
			    judged_at = now()
			WHERE w.assessment = _id;
		END IF;
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION talent.withheld_reconsider TO talent_clerk, talent_jobs;
