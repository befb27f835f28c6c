-- Whose document that is: who has it, or who was recorded with it by mistake and has that name, then the row means the
-- corrected person. A document that somebody else has, or hands in under another name, is his. Null: nobody's that is known.
CREATE OR REPLACE FUNCTION talent._person_of(_hash bytea, _name text) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_who uuid;
BEGIN
	SELECT p.id INTO _who FROM person p WHERE p.id_hash = _hash;
	IF _who IS NULL THEN
		SELECT d.person INTO _who FROM former_document d WHERE d.id_hash = _hash
		AND _name = (SELECT k.name FROM known_name k WHERE k.person = d.person AND k.name IS NOT NULL
		    ORDER BY k.n DESC LIMIT 1);
	END IF;
	RETURN _who;
END
$$;
GRANT EXECUTE ON FUNCTION talent._person_of(bytea, text) TO talent_worker, talent_clerk, talent_jobs;
