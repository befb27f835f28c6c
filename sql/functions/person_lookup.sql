-- Who that document belongs to and what is recorded of that person, for somebody who says why he asks. A limit to districts
-- (_districts, comma separated) shows what lies there, and nobody of whom nothing does. Every question is written
-- down; one that was answered with nothing does not say whether there is somebody elsewhere.
--
-- @null _districts _note
-- @outcome found
-- @outcome replayed                asked before under this Idempotency-Key; same columns
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col id_masked text
-- @col name text                   in force; null: none is
-- @col names text                  JSON arrays, see _person_facts
CREATE OR REPLACE FUNCTION talent.person_lookup(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_hash bytea, _districts text, _purpose text, _note text,
	OUT outcome text, OUT person uuid, OUT id_type text, OUT id_country text, OUT id_masked text,
	OUT name text, OUT names text, OUT enrolments text, OUT results text, OUT certificates text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_in text[] := string_to_array(_districts, ',');
	_p person;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'person_lookup', _idem_key, _idem_print, NULL) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _p FROM person p WHERE p.id_hash = _hash AND p.erased_at IS NULL;
	IF _p.id IS NULL OR NOT _person_in(_p.id, _in) THEN
		_p := NULL;
		outcome := 'not_found';
	END IF;
	IF outcome IS DISTINCT FROM 'replayed' THEN
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'person_lookup', _p.id,
		    jsonb_build_object('purpose', _purpose, 'note', _note, 'found', _p.id IS NOT NULL));
	END IF;
	outcome := coalesce(outcome, 'found');
	PERFORM _idempotency_end(_actor, 'person_lookup', _idem_key, _p.id);
	IF _p.id IS NOT NULL THEN
		person := _p.id;
		id_type := _p.id_type;
		id_country := _p.id_country;
		id_masked := _p.id_masked;
		SELECT f.name, f.names, f.enrolments, f.results, f.certificates
		INTO name, names, enrolments, results, certificates
		FROM _person_facts(_p.id, _in, 200) f;
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.person_lookup TO talent_worker;
