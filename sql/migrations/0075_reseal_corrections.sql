-- A number in a box of a correction that waits is sealed anew as people's are when the key changes: of who decides later
-- the person would get a box that no key opens.
CREATE INDEX correction_sealed_under ON talent.correction (id_key, id) WHERE id_cipher IS NOT NULL;

-- Whether only the box changes, to one under the version that is wanted; as _returns says it of people.
CREATE FUNCTION talent._correction_resealed(_old talent.correction, _new talent.correction) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
	-- Whoever writes anything else may not look at the key, and need not.
	IF (_old).id_key >= (_new).id_key OR num_nulls((_old).id_cipher, (_new).id_cipher, (_old).id_key, (_new).id_key) > 0
	    OR length((_new).id_cipher) <> length((_old).id_cipher)
	    OR to_jsonb(_old) - '{id_key,id_cipher}'::text[] <> to_jsonb(_new) - '{id_key,id_cipher}'::text[] THEN
		RETURN false;
	END IF;
	RETURN (_new).id_key = (SELECT k.version FROM talent.person_key k);
END
$$;
GRANT EXECUTE ON FUNCTION talent._correction_resealed(talent.correction, talent.correction) TO talent_eraser;
DROP TRIGGER correction_identity_immutable ON talent.correction;
CREATE TRIGGER correction_identity_immutable BEFORE UPDATE ON talent.correction FOR EACH ROW
	WHEN (((OLD.name, OLD.name_rule, OLD.name_joined, OLD.name_ordered, OLD.id_type, OLD.id_country, OLD.id_hash, OLD.id_key,
		OLD.id_masked, OLD.was_id_type, OLD.was_id_masked) IS DISTINCT FROM
		(NEW.name, NEW.name_rule, NEW.name_joined, NEW.name_ordered, NEW.id_type, NEW.id_country, NEW.id_hash, NEW.id_key,
		NEW.id_masked, NEW.was_id_type, NEW.was_id_masked)
		OR (NEW.id_cipher IS NOT NULL AND NEW.id_cipher IS DISTINCT FROM OLD.id_cipher))
		AND NOT talent._correction_resealed(OLD, NEW))
	EXECUTE FUNCTION talent._immutable();
DROP TRIGGER correction_transition ON talent.correction;
CREATE TRIGGER correction_transition BEFORE UPDATE ON talent.correction FOR EACH ROW
	WHEN (OLD IS DISTINCT FROM NEW AND NOT talent._correction_resealed(OLD, NEW))
	EXECUTE FUNCTION talent._life_transition('correction');
