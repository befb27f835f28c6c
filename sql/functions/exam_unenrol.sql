-- Takes somebody off the roster of an exam who has no result in it. What is on record stays, and says why.
--
-- @null _note
-- @outcome removed
-- @outcome replayed                is off, for that reason
-- @outcome other_reason            is off for another reason: reason, since
-- @outcome candidate_not_found     or of another exam
-- @outcome exam_state              state, allowed
-- @outcome candidate_has_result    whatever became of it
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.exam_unenrol(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid, _candidate uuid, _reason text, _note text,
	OUT outcome text, OUT state text, OUT allowed text, OUT reason text, OUT since date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_c exam_candidate;
	_becomes text;
	_assessed boolean;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'exam_unenrol', _idem_key, _idem_print, _candidate) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM _guard_alone(7102, _exam);
	SELECT e.state INTO state FROM exam e WHERE e.id = _exam;
	SELECT * INTO _c FROM exam_candidate c WHERE c.id = _candidate AND c.exam = _exam;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('exam', state, 'unenrol') l;
	SELECT true INTO _assessed FROM assessment a
	WHERE a.exam = _exam AND a.person = _c.person AND a.state <> 'superseded' LIMIT 1;
	IF _c.id IS NULL THEN
		outcome := 'candidate_not_found';
	ELSIF _c.state = 'removed' AND _c.state_reason = _reason THEN
		outcome := 'replayed';
	ELSIF _c.state = 'removed' THEN
		outcome := 'other_reason';
		reason := _c.state_reason;
		since := _day(_c.state_since);
	ELSIF _becomes IS NULL THEN
		outcome := 'exam_state';
	ELSIF _assessed THEN
		outcome := 'candidate_has_result';
	ELSE
		UPDATE exam_candidate c SET state = 'removed', state_since = now(), state_reason = _reason WHERE c.id = _candidate;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'exam_unenrol', _exam,
		    jsonb_build_object('candidate', _candidate, 'reason', _reason, 'note', _note));
		outcome := 'removed';
	END IF;
	PERFORM _idempotency_end(_actor, 'exam_unenrol', _idem_key,
	    CASE WHEN outcome IN ('removed', 'replayed') THEN _candidate END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_unenrol TO talent_worker;
