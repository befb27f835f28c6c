-- Gives passes of an exam the numbers that their body was given: of a list each one that fits, of the others why not
-- (_number_one has the words).
--
-- @json _numbers given_number[]
-- @outcome numbered                items, numbered, refused
-- @outcome replayed                all of them had these numbers
-- @outcome exam_not_found
-- @outcome numbers_not_awaited     results bring their numbers there, or they are minted
-- @outcome idempotency_key_reused
-- @col items text                  a JSON array of {"row","outcome","assessment_id","publish_on"} in the list's order, row
--                                  from 1
-- @col numbered bigint             how many have their number now, by this list or before
-- @col refused bigint
CREATE OR REPLACE FUNCTION talent.exam_number(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid, _numbers json,
	OUT outcome text, OUT items text, OUT numbered bigint, OUT refused bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_f exam_facts;
	_one record;
	_did record;
	_said jsonb[];
	_answer jsonb;
	_new int := 0;
BEGIN
	SELECT i.seen, i.answer INTO outcome, _answer
	FROM _idempotency(_actor, 'exam_number', _idem_key, _idem_print, _exam) i;
	IF outcome IS NULL THEN
		PERFORM pg_advisory_xact_lock_shared(7102, uuid_hash(_exam));
		SELECT * INTO _f FROM exam_facts f WHERE f.id = _exam;
		outcome := CASE WHEN _f.id IS NULL THEN 'exam_not_found' WHEN _f.numbers <> 'later' THEN 'numbers_not_awaited' END;
		IF outcome IS NOT NULL THEN
			PERFORM _idempotency_end(_actor, 'exam_number', _idem_key, NULL);
			RETURN;
		END IF;
		-- In the order of the hashes: of two lists with the same people neither waits for the other's.
		FOR _one IN SELECT g.n, g.given FROM (
		    SELECT row_number() OVER () AS n, r AS given
		    FROM json_populate_recordset(NULL::given_number, _numbers) r) g ORDER BY ((g.given).person).id_hash LOOP
			SELECT * INTO _did FROM _number_one(_actor, _request, _f, _one.given);
			_new := _new + (_did.outcome <> 'replayed')::int;
			_said[_one.n] := jsonb_strip_nulls(jsonb_build_object('row', _one.n,
			    'outcome', CASE _did.outcome WHEN 'replayed' THEN 'numbered' ELSE _did.outcome END,
			    'assessment_id', _did.assessment, 'publish_on', CASE WHEN _did.outcome IN ('numbered', 'replayed')
			    THEN _did.publish_on END));
		END LOOP;
		_answer := to_jsonb(_said);
		outcome := CASE WHEN _new > 0 THEN 'numbered' ELSE 'replayed' END;
		PERFORM _idempotency_end(_actor, 'exam_number', _idem_key, _exam, _answer);
	END IF;
	items := _answer::text;
	SELECT count(*) FILTER (WHERE i ->> 'outcome' = 'numbered'), count(*) FILTER (WHERE i ->> 'outcome' <> 'numbered')
	INTO numbered, refused FROM jsonb_array_elements(_answer) i;
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_number TO talent_worker;
