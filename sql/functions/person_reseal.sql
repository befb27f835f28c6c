-- Puts numbers into their new boxes (hex), each only in the place of the box that was opened for it: whatever else
-- happened to the person, or the correction, meanwhile is looked at again.
CREATE OR REPLACE FUNCTION talent.person_reseal(_request text, _ids uuid[], _old text[], _new text[], _version int,
	OUT resealed int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_corrections int;
BEGIN
	UPDATE person p SET id_cipher = decode(n.new, 'hex'), id_key = _version
	FROM unnest(_ids, _old, _new) n (id, old, new)
	WHERE p.id = n.id AND p.id_cipher = decode(n.old, 'hex') AND p.erased_at IS NULL AND p.id_key < _version;
	GET DIAGNOSTICS resealed = ROW_COUNT;
	UPDATE correction c SET id_cipher = decode(n.new, 'hex'), id_key = _version
	FROM unnest(_ids, _old, _new) n (id, old, new)
	WHERE c.id = n.id AND c.id_cipher = decode(n.old, 'hex') AND c.id_key < _version;
	GET DIAGNOSTICS _corrections = ROW_COUNT;
	IF _corrections > 0 THEN
		INSERT INTO audit (request, action, detail)
		VALUES (_request, 'correction_reseal', jsonb_build_object('corrections', _corrections, 'version', _version));
	END IF;
	IF resealed > 0 THEN
		INSERT INTO audit (request, action, detail)
		VALUES (_request, 'person_reseal', jsonb_build_object('people', resealed, 'version', _version));
	END IF;
	resealed := resealed + _corrections;
END
$$;
GRANT EXECUTE ON FUNCTION talent.person_reseal TO talent_jobs, talent_clerk;
