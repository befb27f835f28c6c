-- Moves an announced exam to the standard that follows its own, which may be of another edition of the occupation: one
-- that begins later, of an occupation with the same code or name. The level stays, the work type too (the one
-- of that slug or name) unless another one is given. What was held is not moved; before that it has no result.
--
-- @null _work_type
-- @outcome moved
-- @outcome replayed                it is under that standard, for that work type
-- @outcome not_found
-- @outcome exam_was_held           today, or before
-- @outcome exam_closed
-- @outcome standard_unknown
-- @outcome not_a_successor
-- @outcome standard_not_in_force   on the day that the exam is held
-- @outcome work_type_unknown
-- @outcome level_not_offered
-- @outcome standing                other as exam_load.standing
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.exam_move(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid, _standard text, _work_type text, _reason text,
	OUT outcome text, OUT exam uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_e exam;
	_to standard;
	_was standard;
	_for record;
	_constraint text;
BEGIN
	SELECT i.seen, i.object INTO outcome, exam
	FROM _idempotency(_actor, 'exam_move', _idem_key, _idem_print, _exam) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	<<work>>
	BEGIN
	SELECT * INTO _e FROM exam e WHERE e.id = _exam;
	IF NOT FOUND THEN
		outcome := 'not_found';
		EXIT work;
	END IF;
	SELECT * INTO _to FROM standard s WHERE s.name = _standard;
	-- The same work type by its slug or, of another edition, by its name.
	SELECT * INTO _for FROM _standard_for(_standard, _to.occupation, _to.edition, coalesce(_work_type,
	    (SELECT n.slug FROM work_type n WHERE n.occupation = _to.occupation AND n.edition = _to.edition
	    AND n.slug = _e.work_type), (SELECT w.name FROM work_type w WHERE w.occupation = _e.occupation
	    AND w.edition = _e.edition AND w.slug = _e.work_type)), _e.level, _e.held_on);
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(least(_e.body, _e.partner))),
	    pg_advisory_xact_lock_shared(7101, uuid_hash(greatest(_e.body, _e.partner))), _guard_alone(7102, _exam);
	SELECT * INTO _e FROM exam e WHERE e.id = _exam;
	SELECT * INTO _was FROM standard s WHERE s.id = _e.standard;
	outcome := CASE
	    WHEN _to.id IS NULL THEN 'standard_unknown'
	    WHEN (_e.standard, _e.work_type) = (_to.id, _for.slug) THEN 'replayed'
	    WHEN _e.held_on <= _day(clock_timestamp()) THEN 'exam_was_held'
	    WHEN _e.state <> 'open' THEN 'exam_closed'
	    WHEN _to.valid_from <= _was.valid_from OR NOT EXISTS (SELECT FROM occupation n
	        JOIN occupation o ON o.code = _e.occupation AND o.edition = _e.edition
	        WHERE n.code = _to.occupation AND n.edition = _to.edition AND (n.code = o.code OR n.name = o.name))
	        THEN 'not_a_successor'
	    ELSE coalesce(_for.refusal, 'moved') END;
	IF outcome = 'moved' THEN
		UPDATE exam e SET standard = _to.id, occupation = _to.occupation, edition = _to.edition,
		    work_type = _for.slug
		WHERE e.id = _exam;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'exam_move', _exam, jsonb_build_object('reason', _reason,
		    'from', jsonb_build_object('standard', _was.name, 'occupation', _e.occupation, 'edition', _e.edition,
		        'work_type', _e.work_type),
		    'to', jsonb_build_object('standard', _to.name, 'occupation', _to.occupation, 'edition', _to.edition,
		        'work_type', _for.slug)));
	END IF;

	-- Refused by its standing, the block undoes the move.
	EXCEPTION WHEN check_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME, other = PG_EXCEPTION_DETAIL;
		IF _constraint <> 'exam_standing' THEN
			RAISE;
		END IF;
		outcome := 'standing';
	END;
	exam := CASE WHEN outcome IN ('moved', 'replayed') THEN _exam END;
	PERFORM _idempotency_end(_actor, 'exam_move', _idem_key, exam);
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_move TO talent_worker;
