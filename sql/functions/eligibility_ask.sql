-- What would speak against a candidate in an exam, see _eligibility, for its body before there is any result. That
-- somebody asked about a person is written down; of whom nobody has recorded, too.
--
-- @json _person new_person
-- @null _level _years _education _basis
-- @outcome asked
-- @outcome replayed                asked before under this Idempotency-Key; same columns
-- @outcome person_name_differs     the registry knows this document under another name
-- @outcome idempotency_key_reused
-- @col sitting text
-- @col advancement text
-- @col warned text                 comma separated
-- @col refused text
CREATE OR REPLACE FUNCTION talent.eligibility_ask(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid, _person json, _level text, _years int, _education text, _basis text,
	OUT outcome text, OUT sitting text, OUT advancement text, OUT warned text, OUT refused text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_p new_person := json_populate_record(NULL::new_person, _person);
	_who uuid;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'eligibility_ask', _idem_key, _idem_print, NULL) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	_who := _person_of(_p.id_hash, _p.name);
	IF _who IS NOT NULL AND NOT _name_agrees(_who, _p) THEN
		outcome := 'person_name_differs';
	ELSE
		IF outcome IS NULL THEN
			INSERT INTO audit (actor, request, action, object, detail)
			VALUES (_actor, _request, 'eligibility_ask', _who, jsonb_build_object('exam', _exam, 'found', _who IS NOT NULL));
		END IF;
		outcome := coalesce(outcome, 'asked');
		SELECT e.sitting, e.advancement, array_to_string(e.warned, ','), array_to_string(e.refused, ',')
		INTO sitting, advancement, warned, refused
		FROM _eligibility(_exam, _who, _p.born, _declared(_level, _years, _education, _basis)) e;
	END IF;
	PERFORM _idempotency_end(_actor, 'eligibility_ask', _idem_key, CASE WHEN outcome <> 'person_name_differs' THEN _who END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.eligibility_ask TO talent_worker;
