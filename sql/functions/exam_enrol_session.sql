-- Puts everybody on the roster of an exam who is in the session that it ends, or has completed it. Whoever was taken off
-- the roster stays off it.
--
-- @outcome enrolled                added: how many
-- @outcome replayed                all of them stood on it
-- @outcome exam_not_found
-- @outcome exam_state              state, allowed
-- @outcome no_session              the exam ends none
-- @outcome roster_full             more than 1,000 would stand on it
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.exam_enrol_session(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid,
	OUT outcome text, OUT added bigint, OUT state text, OUT allowed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_e exam;
	_becomes text;
	_new uuid[] := '{}';
	_answer jsonb;
BEGIN
	SELECT i.seen, i.answer INTO outcome, _answer
	FROM _idempotency(_actor, 'exam_enrol_session', _idem_key, _idem_print, _exam) i;
	added := (_answer ->> 'added')::bigint;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- The session before the exam, as for whoever announces one.
	PERFORM FROM training_session s WHERE s.id = (SELECT e.session FROM exam e WHERE e.id = _exam) FOR SHARE;
	PERFORM _guard_alone(7102, _exam);
	SELECT * INTO _e FROM exam e WHERE e.id = _exam;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('exam', _e.state, 'enrol') l;
	state := _e.state;
	outcome := CASE WHEN _e.id IS NULL THEN 'exam_not_found' WHEN _becomes IS NULL THEN 'exam_state'
	    WHEN _e.session IS NULL THEN 'no_session' END;
	IF outcome IS NULL THEN
		BEGIN
		WITH made AS (
			INSERT INTO exam_candidate (id, exam, person, name)
			SELECT gen_random_uuid(), _exam, n.person, coalesce(n.name, p.name)
			FROM enrolment n
			CROSS JOIN LATERAL (SELECT * FROM person x WHERE x.id = n.person LIMIT 1) p
			WHERE n.session = _e.session AND n.state IN ('enrolled', 'completed') AND coalesce(n.name, p.name) <> '*'
			ON CONFLICT (exam, person) DO NOTHING
			RETURNING id
		) SELECT coalesce(array_agg(made.id), '{}') INTO _new FROM made;
		outcome := CASE
		    WHEN (SELECT count(*) FROM exam_candidate c WHERE c.exam = _exam AND c.state = 'listed') > 1000 THEN 'roster_full'
		    WHEN _new = '{}' THEN 'replayed' ELSE 'enrolled' END;
		IF outcome = 'roster_full' THEN
			RAISE EXCEPTION 'nobody is put on it' USING ERRCODE = 'TA000';
		END IF;
		EXCEPTION WHEN SQLSTATE 'TA000' THEN
			NULL;
		END;
	END IF;
	added := cardinality(_new);
	IF outcome = 'enrolled' THEN
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'exam_enrol', _exam,
		    jsonb_build_object('session', _e.session, 'candidates', to_jsonb(_new)));
	END IF;
	PERFORM _idempotency_end(_actor, 'exam_enrol_session', _idem_key,
	    CASE WHEN outcome IN ('enrolled', 'replayed') THEN _exam END, jsonb_build_object('added', added));
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_enrol_session TO talent_worker;
