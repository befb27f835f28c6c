-- Puts people on the roster of an exam that is open: all of them, or nobody. Each has a new id, which is used if he never
-- stood on it; whoever was removed comes back, and of whoever stands on it the employer is what is said last (null:
-- stays).
--
-- @json _candidates new_candidate[]
-- @outcome enrolled
-- @outcome replayed                all of them stood on it so
-- @outcome exam_not_found
-- @outcome exam_state              state, allowed
-- @outcome roster_full             more than 1,000 would stand on it
-- @outcome person_name_differs     of whom: differs
-- @outcome idempotency_key_reused
-- @col candidates text             a JSON array of {"id","state"} in the list's order
-- @col differs text                places in the list from 0, comma separated
CREATE OR REPLACE FUNCTION talent.exam_enrol(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid, _candidates json,
	OUT outcome text, OUT candidates text, OUT differs text, OUT state text, OUT allowed text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_all new_candidate[] := ARRAY(SELECT c FROM json_populate_recordset(NULL::new_candidate, _candidates) c);
	_made uuid[] := ARRAY(SELECT c.id FROM unnest(_all) c);
	_changed uuid[] := '{}';
	_one record;
	_did record;
	_becomes text;
	_found boolean;
	_answer jsonb;
BEGIN
	SELECT i.seen, i.answer INTO outcome, _answer
	FROM _idempotency(_actor, 'exam_enrol', _idem_key, _idem_print, _exam) i;
	candidates := _answer::text;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM _guard_alone(7102, _exam);
	SELECT e.state INTO state FROM exam e WHERE e.id = _exam;
	_found := FOUND;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('exam', state, 'enrol') l;
	outcome := CASE WHEN NOT _found THEN 'exam_not_found' WHEN _becomes IS NULL THEN 'exam_state' END;

	<<work>>
	BEGIN
	IF outcome IS NOT NULL THEN
		EXIT work;
	END IF;
	-- In the order of the hashes: of two lists with the same people neither waits for the other's.
	FOR _one IN SELECT u.n FROM unnest(_all) WITH ORDINALITY u (id, employer, person, n)
	    ORDER BY (u.person).id_hash LOOP
		SELECT d.candidate, d.changed INTO _did FROM _candidate_enrol(_exam, _all[_one.n]) d;
		_made[_one.n] := _did.candidate;
		IF _did.candidate IS NULL THEN
			differs := concat_ws(',', differs, (_one.n - 1)::text);
		ELSIF _did.changed THEN
			_changed := _changed || _did.candidate;
		END IF;
	END LOOP;
	outcome := CASE WHEN differs IS NOT NULL THEN 'person_name_differs'
	    WHEN (SELECT count(*) FROM exam_candidate c WHERE c.exam = _exam AND c.state = 'listed') > 1000 THEN 'roster_full'
	    WHEN _changed = '{}' THEN 'replayed' ELSE 'enrolled' END;
	IF outcome NOT IN ('enrolled', 'replayed') THEN
		RAISE EXCEPTION 'nobody is put on it' USING ERRCODE = 'TA000';
	END IF;
	-- What was refused undoes what was done before it.
	EXCEPTION WHEN SQLSTATE 'TA000' THEN
		NULL;
	END;
	IF outcome = 'enrolled' THEN
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'exam_enrol', _exam, jsonb_build_object('candidates', to_jsonb(_changed)));
	END IF;
	IF outcome IN ('enrolled', 'replayed') THEN
		SELECT jsonb_agg(jsonb_build_object('id', m.id, 'state', 'listed') ORDER BY m.n) INTO _answer
		FROM unnest(_made) WITH ORDINALITY m (id, n);
		candidates := _answer::text;
	END IF;
	PERFORM _idempotency_end(_actor, 'exam_enrol', _idem_key,
	    CASE WHEN outcome IN ('enrolled', 'replayed') THEN _exam END, _answer);
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_enrol TO talent_worker;
