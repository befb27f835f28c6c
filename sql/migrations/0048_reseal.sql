-- ID numbers under another key, while hosts serve: which version of it they are to be sealed under. Raised by an
-- administrator when every host has the new key beside the old one (POST /v1/people/reseal); then the background job
-- "reseal" seals anew what is older. The keyed hash is another key's and stays as it is.

CREATE TABLE talent.person_key (
	single boolean PRIMARY KEY DEFAULT true CHECK (single),
	version smallint NOT NULL CHECK (version > 0),
	since timestamptz NOT NULL DEFAULT now()
);
INSERT INTO talent.person_key (version) VALUES (1);
CREATE TRIGGER person_key_transition BEFORE UPDATE ON talent.person_key FOR EACH ROW
	WHEN (NEW.version <= OLD.version)
	EXECUTE FUNCTION talent._transition();
CREATE TRIGGER person_key_immutable BEFORE DELETE ON talent.person_key
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.person_key TO talent_worker, talent_jobs, talent_clerk;

CREATE INDEX person_sealed_under ON talent.person (id_key, id) WHERE erased_at IS NULL;

-- Whether only the box changes, to one under the version that is wanted. As _returns, another exception of the rule
-- that a person's row stays (0038).
CREATE OR REPLACE FUNCTION talent._returns(_table text, _op text, _old jsonb, _new jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (_table = 'person' AND _op = 'UPDATE' AND (
	    (_old ->> 'erased_at' IS NOT NULL AND _new ->> 'erased_at' IS NULL AND _new ->> 'sealed_for' IS NOT NULL
	        AND _old - '{name,id_masked,id_country,id_key,id_cipher,sealed_for,erased_at}'::text[]
	            = _new - '{name,id_masked,id_country,id_key,id_cipher,sealed_for,erased_at}'::text[])
	    OR (_old ->> 'erased_at' IS NULL
	        AND (_new ->> 'id_key')::int = (SELECT k.version FROM talent.person_key k)
	        AND (_old ->> 'id_key')::int < (_new ->> 'id_key')::int
	        AND length(_new ->> 'id_cipher') = length(_old ->> 'id_cipher')
	        AND _old - '{id_key,id_cipher}'::text[] = _new - '{id_key,id_cipher}'::text[]))) IS TRUE;
END
$$;
