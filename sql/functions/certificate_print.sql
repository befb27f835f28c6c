-- The identity document of a skill-grade certificate's holder, for the print that conforms to the national
-- form. It is the only way to a sealed number, and each use is audited: who, which certificate, in which request.
--
-- @outcome told
-- @outcome not_found               or of a kind that has no such print
-- @outcome wrong_state             not valid
-- @col person uuid                 whom it is sealed for
-- @col id_cipher bytea             sealed for that person (api/person.h)
-- @col id_key int                  under which version of the key
CREATE OR REPLACE FUNCTION talent.certificate_print(
	_actor uuid, _request text, _number text,
	OUT outcome text, OUT person uuid, OUT id_type text, OUT id_cipher bytea, OUT id_key int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_certificate uuid;
	_person uuid;
	_state text;
BEGIN
	SELECT c.id, c.person, s.state INTO _certificate, _person, _state
	FROM certificate c JOIN certificate_state s ON s.certificate = c.id
	WHERE c.number = _number AND c.kind = 'skill_grade';
	outcome := CASE WHEN _certificate IS NULL THEN 'not_found'
	    WHEN _state <> 'valid' THEN 'wrong_state' ELSE 'told' END;
	IF outcome <> 'told' THEN
		RETURN;
	END IF;
	SELECT coalesce(p.sealed_for, p.id), p.id_type, p.id_cipher, p.id_key INTO person, id_type, id_cipher, id_key
	FROM person p WHERE p.id = _person;
	INSERT INTO audit (actor, request, action, object, detail)
	VALUES (_actor, _request, 'certificate_print', _certificate,
	    jsonb_build_object('number', _number, 'read', 'id_number'));
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_print TO talent_worker;
