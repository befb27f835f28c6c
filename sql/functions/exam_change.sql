-- Changes an announced exam that is open and has no result: its day, site, session, work type (slug or Chinese name),
-- level, days of publicity, group of candidates; null: stays. It is judged as if it were announced so today: another
-- standard is in force on its new day, candidates are asked what the policies demand by now, another site is the only one, what was held already only an administrator
-- changes, with a reason. Whose it is, its code, occupation and partner stay: another one is another exam.
--
-- @json _terms exam_terms
-- @null _publicity_days _roster_required
-- @outcome changed
-- @outcome replayed                it is so
-- @outcome exam_not_found
-- @outcome exam_state              state, allowed
-- @outcome exam_has_results        whatever became of them
-- @outcome work_type_unknown
-- @outcome level_not_offered
-- @outcome no_standard_on_day      no standard of the occupation is in force on that day
-- @outcome session_not_found
-- @outcome session_cancelled       which it was not before
-- @outcome before_session          held before its session begins
-- @outcome site_unknown
-- @outcome site_needed
-- @outcome site_ended              before that day
-- @outcome announced_late          held before today, as it was or as it shall be: an administrator, with a reason
-- @outcome publicity_too_short     fewer days than the policy demands today
-- @outcome roster_demanded         by the policy, of every exam
-- @outcome level_not_agreed        the agreement with the partner does not cover the level
-- @outcome standing                other as exam_load.standing
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.exam_change(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid, _terms json, _publicity_days int, _roster_required boolean,
	OUT outcome text, OUT state text, OUT allowed text, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_t exam_terms := json_populate_record(NULL::exam_terms, _terms);
	_was exam;
	_is exam;
	_becomes text;
	_starts_on date;
	_for record;
	_at record;
	_results boolean;
	_judged boolean;
	_placed boolean;
	_detail jsonb;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'exam_change', _idem_key, _idem_print, _exam) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- In the order of exam_create: the standards' guard, the session, the organisations, the exam.
	SELECT * INTO _was FROM exam e WHERE e.id = _exam;
	PERFORM pg_advisory_xact_lock_shared(7106, hashtext(_was.occupation || '/' || _was.edition));
	PERFORM FROM training_session s WHERE s.id = coalesce(_t.session, _was.session) FOR SHARE;
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(least(_was.body, _was.partner))),
	    pg_advisory_xact_lock_shared(7101, uuid_hash(greatest(_was.body, _was.partner)));
	PERFORM _guard_alone(7102, _exam);
	SELECT * INTO _was FROM exam e WHERE e.id = _exam;
	_is := _was;
	_is.held_on := coalesce(_t.held_on, _was.held_on);
	_is.session := CASE WHEN _t.no_session THEN NULL ELSE coalesce(_t.session, _was.session) END;
	_is.level := coalesce(_t.level, _was.level);
	_is.publicity_days := coalesce(_publicity_days, _was.publicity_days);
	_is.roster_required := coalesce(_roster_required, _was.roster_required);
	_is.candidate_group := coalesce(_t.candidate_group, _was.candidate_group);
	SELECT * INTO _for FROM _standard_for(NULL, _was.occupation, _was.edition, coalesce(_t.work_type, _was.work_type),
	    _is.level, _is.held_on);
	SELECT * INTO _at FROM _site_of(_was.body, coalesce(_t.site, _was.site), _is.held_on);
	-- What is not asked for stays, also where it would not be announced so today.
	_is.work_type := CASE WHEN _t.work_type IS NULL THEN _was.work_type ELSE _for.slug END;
	_judged := (_is.held_on, _is.level, _is.work_type) IS DISTINCT FROM (_was.held_on, _was.level, _was.work_type);
	_placed := _is.held_on <> _was.held_on OR coalesce(_t.site, _was.site) IS DISTINCT FROM _was.site;
	IF _is.held_on <> _was.held_on THEN
		_is.standard := _for.standard;
	END IF;
	IF _judged THEN
		_is.eligibility := _asked_today();
	END IF;
	IF _placed THEN
		_is.site := _at.site;
	END IF;
	SELECT s.starts_on INTO _starts_on FROM training_session s WHERE s.id = _is.session;
	SELECT jsonb_object_agg(n.key, jsonb_build_array(w.value, n.value)) INTO _detail
	FROM jsonb_each(to_jsonb(_is)) n JOIN jsonb_each(to_jsonb(_was)) w ON w.key = n.key
	WHERE n.value IS DISTINCT FROM w.value;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('exam', _was.state, 'change') l;
	-- By itself: inside a larger expression it could be planned as a scan of all results.
	SELECT true INTO _results FROM assessment a WHERE a.exam = _exam AND a.state <> 'superseded' LIMIT 1;
	state := _was.state;
	outcome := CASE
	    WHEN _was.id IS NULL THEN 'exam_not_found'
	    WHEN _is.work_type IS NULL THEN 'work_type_unknown'
	    WHEN _becomes IS NULL THEN 'exam_state'
	    WHEN _detail IS NULL THEN 'replayed'
	    WHEN _results THEN 'exam_has_results'
	    WHEN _judged AND _for.refusal IS NOT NULL
	        THEN CASE _for.refusal WHEN 'no_standard_in_force' THEN 'no_standard_on_day' ELSE _for.refusal END
	    WHEN _is.session IS NOT NULL AND _starts_on IS NULL THEN 'session_not_found'
	    WHEN _is.session IS DISTINCT FROM _was.session AND EXISTS (SELECT FROM training_session s
	        WHERE s.id = _is.session AND s.state = 'cancelled') THEN 'session_cancelled'
	    WHEN _is.held_on < _starts_on THEN 'before_session'
	    WHEN _placed AND _at.refusal IS NOT NULL THEN _at.refusal
	    WHEN least(_is.held_on, _was.held_on) < _today() AND _t.late_reason IS NULL THEN 'announced_late'
	    WHEN _is.publicity_days <> _was.publicity_days
	        AND _is.publicity_days < _policy('publicity_days_min', _today())::int THEN 'publicity_too_short'
	    WHEN _was.roster_required AND NOT _is.roster_required AND _policy('exam_roster', _today()) = 'required'
	        THEN 'roster_demanded'
	    ELSE 'changed' END;
	IF outcome = 'changed' THEN
		SELECT c.outcome, c.other INTO outcome, other FROM _exam_rewrite(_was, _is, _t.late_reason) c;
	END IF;
	IF outcome = 'changed' THEN
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'exam_change', _exam,
		    _detail || jsonb_build_object('note', _t.note, 'late_reason', _t.late_reason));
	END IF;
	PERFORM _idempotency_end(_actor, 'exam_change', _idem_key,
	    CASE WHEN outcome IN ('changed', 'replayed') THEN _exam END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_change TO talent_worker;
