-- Records a person whom the registry does not know yet. False: somebody else has meanwhile; look again.
CREATE OR REPLACE FUNCTION talent._person_add(_p talent.new_person) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO talent.person (id, id_type, id_country, id_hash, id_cipher, id_key, id_masked, name)
	VALUES (_p.id, _p.id_type, _p.id_country, _p.id_hash, _p.id_cipher, _p.id_key, _p.id_masked,
	    _p.name)
	ON CONFLICT (id_hash) DO NOTHING;
	RETURN FOUND;
END
$$;
