-- Answers that a result which was checked again stands. Another score is asked for as a correction, whose approval
-- answers too.
--
-- @null _note
-- @outcome answered
-- @outcome replayed                it was answered so
-- @outcome recheck_state           state, allowed
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.recheck_answer(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid, _note text,
	OUT outcome text, OUT state text, OUT allowed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_r recheck;
	_becomes text;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'recheck_answer', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- Whoever publishes, corrects or annuls the result holds the person, too.
	PERFORM FROM person p
	WHERE p.id = (SELECT a.person FROM assessment a WHERE a.id = (SELECT r.assessment FROM recheck r WHERE r.id = _id))
	FOR NO KEY UPDATE;
	SELECT * INTO _r FROM recheck r WHERE r.id = _id;
	state := _r.state;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('recheck', _r.state, 'answer') l;
	outcome := CASE WHEN _r.id IS NULL THEN 'not_found' WHEN _r.state = 'stands' THEN 'replayed'
	    WHEN _becomes IS NULL THEN 'recheck_state' ELSE 'answered' END;
	IF outcome = 'answered' THEN
		UPDATE recheck r SET state = _becomes, answered_at = now(), answer_note = _note WHERE r.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'recheck_answer', _id, jsonb_build_object('assessment', _r.assessment, 'to', _becomes,
		    'note', _note));
	END IF;
	PERFORM _idempotency_end(_actor, 'recheck_answer', _idem_key,
	    CASE WHEN outcome IN ('answered', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.recheck_answer TO talent_worker;
