-- Asks, for the candidate, that a result be checked again, while it is in publicity. Once for a result; of what was
-- corrected again.
--
-- @null _note
-- @outcome requested
-- @outcome replayed                the same was asked for; id = that one
-- @outcome recheck_exists          another one was; other = its id
-- @outcome recheck_closed          it is not in publicity; until = the last day, if there was one
-- @outcome assessment_annulled
-- @outcome assessment_superseded   it has been corrected; other = the result in force
-- @outcome not_found               or its person is erased
-- @outcome idempotency_key_reused
-- @col answer_by date
CREATE OR REPLACE FUNCTION talent.recheck_request(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _assessment uuid, _reason text, _note text,
	OUT outcome text, OUT id uuid, OUT answer_by date, OUT until date, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_a assessment;
	_r recheck;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, 'recheck_request', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		SELECT r.answer_by INTO answer_by FROM recheck r WHERE r.id = recheck_request.id;
		RETURN;
	END IF;
	PERFORM FROM person p
	WHERE p.id = (SELECT a.person FROM assessment a WHERE a.id = _assessment) FOR NO KEY UPDATE;
	SELECT * INTO _a FROM assessment a WHERE a.id = _assessment;
	SELECT * INTO _r FROM recheck r WHERE r.assessment = _assessment;
	until := _recheck_until(_a);
	outcome := CASE
	    WHEN _a.id IS NULL OR _a.name = '*' THEN 'not_found'
	    WHEN _a.state = 'annulled' THEN 'assessment_annulled'
	    WHEN _a.state = 'superseded' THEN 'assessment_superseded'
	    WHEN (_r.reason, _r.note) IS NOT DISTINCT FROM (_reason, _note) THEN 'replayed'
	    WHEN _r.id IS NOT NULL THEN 'recheck_exists'
	    WHEN coalesce(until < _today(), true) THEN 'recheck_closed'
	    ELSE 'requested' END;
	id := CASE outcome WHEN 'replayed' THEN _r.id WHEN 'requested' THEN _id END;
	answer_by := _r.answer_by;
	other := CASE outcome WHEN 'recheck_exists' THEN _r.id::text
	    WHEN 'assessment_superseded' THEN (SELECT i.id FROM _result_in_force(_a.exam, _a.person) i)::text END;
	IF outcome = 'requested' THEN
		answer_by := _today() + _policy('recheck_answer_days', _today())::int;
		INSERT INTO recheck (id, assessment, exam, body, reason, note, answer_by)
		SELECT _id, _a.id, e.id, e.body, _reason, _note, recheck_request.answer_by FROM exam e WHERE e.id = _a.exam;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'recheck_request', _id, jsonb_build_object('assessment', _a.id,
		    'reason', _reason, 'answer_by', answer_by));
	END IF;
	PERFORM _idempotency_end(_actor, 'recheck_request', _idem_key,
	    CASE WHEN outcome IN ('requested', 'replayed') THEN id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.recheck_request TO talent_worker;
