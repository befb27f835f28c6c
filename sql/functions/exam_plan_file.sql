-- Files the plan of an exam and its staff: another version of what was filed before. _plan.id is a new id. On its day
-- at the latest.
--
-- @json _plan new_exam_plan
-- @null _stations _panel
-- @outcome filed                   lacks: what the policy asks for and is not there, comma separated
-- @outcome replayed                the last that was filed says the same; lacks
-- @outcome exam_not_found
-- @outcome exam_state              state, allowed
-- @outcome exam_was_held
-- @outcome panel_not_applicable    the level has no review
-- @outcome understaffed            the policy refuses it: lacks
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.exam_plan_file(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_plan json, _stations int, _panel int,
	OUT outcome text, OUT lacks text, OUT state text, OUT allowed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_n new_exam_plan := json_populate_record(NULL::new_exam_plan, _plan);
	_e exam;
	_had exam_plan;
	_becomes text;
	_review boolean;
	_policy_says text;
	_lacks text[] := '{}';
	_assessors int := (SELECT count(*) FROM unnest(_n.staff) s WHERE s.role = 'assessor');
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'exam_plan_file', _idem_key, _idem_print, _n.exam) i;
	IF outcome IS NULL THEN
		PERFORM _guard_alone(7102, _n.exam);
	END IF;
	SELECT * INTO _had FROM exam_plan p WHERE p.exam = _n.exam ORDER BY p.version DESC LIMIT 1;
	lacks := array_to_string(_had.lacks, ',');
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO _e FROM exam e WHERE e.id = _n.exam;
	SELECT l.has_review INTO _review FROM level l WHERE l.code = _e.level;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('exam', _e.state, 'plan') l;
	state := _e.state;
	_policy_says := _policy('exam_staffing', _today());
	IF _policy_says <> 'off' THEN
		_lacks := _staffing_lacks(_n.candidates, _n.rooms, _n.invigilators, _assessors, _panel, _review);
	END IF;
	outcome := CASE
	    WHEN _e.id IS NULL THEN 'exam_not_found'
	    WHEN _becomes IS NULL THEN 'exam_state'
	    WHEN _e.held_on < _today() THEN 'exam_was_held'
	    WHEN _panel IS NOT NULL AND NOT _review THEN 'panel_not_applicable'
	    WHEN (_had.candidates, _had.rooms, _had.stations, _had.invigilators, _had.panel, _had.lacks)
	        IS NOT DISTINCT FROM (_n.candidates, _n.rooms, _stations, _n.invigilators, _panel, _lacks)
	        AND ARRAY(SELECT ROW(s.role, s.number, s.name)::new_exam_staff FROM exam_staff s WHERE s.plan = _had.id
	            ORDER BY s.role, s.number)
	        = ARRAY(SELECT s FROM unnest(_n.staff) s ORDER BY s.role COLLATE "C", s.number COLLATE "C") THEN 'replayed'
	    WHEN _policy_says = 'refuse' AND _lacks <> '{}' THEN 'understaffed'
	    ELSE 'filed' END;
	IF outcome IN ('filed', 'understaffed') THEN
		lacks := array_to_string(_lacks, ',');
	END IF;
	IF outcome = 'filed' THEN
		INSERT INTO exam_plan (id, exam, version, candidates, rooms, stations, invigilators, panel, lacks)
		VALUES (_n.id, _n.exam, coalesce(_had.version, 0) + 1, _n.candidates, _n.rooms, _stations, _n.invigilators,
		    _panel, _lacks);
		INSERT INTO exam_staff (plan, role, number, name)
		SELECT _n.id, s.role, s.number, s.name FROM unnest(_n.staff) s;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'exam_plan_file', _n.exam, jsonb_build_object('plan', _n.id,
		    'version', coalesce(_had.version, 0) + 1, 'lacks', to_jsonb(_lacks)));
	END IF;
	PERFORM _idempotency_end(_actor, 'exam_plan_file', _idem_key,
	    CASE WHEN outcome IN ('filed', 'replayed') THEN _n.exam END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_plan_file TO talent_worker;
