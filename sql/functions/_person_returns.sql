-- An erased person is known again: somebody has handed in the same document. The number was sealed for the id
-- that a new person would have had. The caller holds the row.
CREATE OR REPLACE FUNCTION talent._person_returns(_who uuid, _p talent.new_person) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	UPDATE talent.person p SET name = _p.name, id_masked = _p.id_masked, id_country = _p.id_country,
	    id_key = _p.id_key, id_cipher = _p.id_cipher, sealed_for = _p.id, erased_at = NULL
	WHERE p.id = _who AND p.erased_at IS NOT NULL;
END
$$;
