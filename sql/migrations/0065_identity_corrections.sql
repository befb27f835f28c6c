-- A name or an ID document that was recorded wrongly is corrected, too: the result is superseded as by any correction,
-- and its certificates get a new version under their numbers. A name binds its person anew; a document takes the place of
-- the one that the person had. Nothing of it is counted.
ALTER TABLE talent.correction DROP CONSTRAINT correction_kind;
ALTER TABLE talent.correction ADD CONSTRAINT correction_kind
	CHECK (kind IN ('score', 'absence', 'name', 'id_document')) NOT VALID;
ALTER TABLE talent.correction ADD COLUMN name talent.person_name;	-- of kind name, with its keys
ALTER TABLE talent.correction ADD COLUMN name_rule smallint;
ALTER TABLE talent.correction ADD COLUMN name_joined text COLLATE "C";
ALTER TABLE talent.correction ADD COLUMN name_ordered text COLLATE "C";
ALTER TABLE talent.correction ADD COLUMN id_type talent.id_type;	-- of kind id_document
ALTER TABLE talent.correction ADD COLUMN id_country text;
ALTER TABLE talent.correction ADD COLUMN id_hash talent.hash;
ALTER TABLE talent.correction ADD COLUMN id_cipher talent.id_cipher;	-- sealed for the correction; gone when it is decided
ALTER TABLE talent.correction ADD COLUMN id_key smallint;
ALTER TABLE talent.correction ADD COLUMN id_masked talent.id_masked;
ALTER TABLE talent.correction ADD COLUMN was_id_type talent.id_type;	-- the document that was wrong
ALTER TABLE talent.correction ADD COLUMN was_id_masked talent.id_masked;
ALTER TABLE talent.correction ADD CONSTRAINT correction_sealed CHECK (id_cipher IS NULL OR state = 'requested') NOT VALID;

-- As of a person: who asks does not see the number.
REVOKE SELECT ON talent.correction FROM talent_worker, talent_clerk, talent_jobs;
GRANT SELECT (id, assessment, exam, body, kind, theory, skill, review, outcome, failed_parts, supplied_number, reason,
	evidence, note, state, requested_by, requested_at, decided_by, decided_at, refusal, decision_note, made, name, id_type,
	id_country, id_masked, was_id_type, was_id_masked)
	ON talent.correction TO talent_worker, talent_clerk, talent_jobs;

ALTER TYPE talent.new_correction ADD ATTRIBUTE person talent.new_person;

CREATE TRIGGER correction_identity_immutable BEFORE UPDATE ON talent.correction FOR EACH ROW
	WHEN ((OLD.name, OLD.name_rule, OLD.name_joined, OLD.name_ordered, OLD.id_type, OLD.id_country, OLD.id_hash, OLD.id_key,
		OLD.id_masked, OLD.was_id_type, OLD.was_id_masked) IS DISTINCT FROM
		(NEW.name, NEW.name_rule, NEW.name_joined, NEW.name_ordered, NEW.id_type, NEW.id_country, NEW.id_hash, NEW.id_key,
		NEW.id_masked, NEW.was_id_type, NEW.was_id_masked)
		OR (NEW.id_cipher IS NOT NULL AND NEW.id_cipher IS DISTINCT FROM OLD.id_cipher))
	EXECUTE FUNCTION talent._immutable();

-- Documents that people were recorded with by mistake. Whoever hands in such a row again means the corrected one.
CREATE TABLE talent.former_document (
	id_hash talent.hash PRIMARY KEY,
	person uuid NOT NULL REFERENCES talent.person,
	correction uuid NOT NULL REFERENCES talent.correction,
	replaced_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER former_document_immutable BEFORE UPDATE OR DELETE ON talent.former_document
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER former_document_truncate BEFORE TRUNCATE ON talent.former_document
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();

-- Whether a person's row has the document that a correction in hand says.
CREATE FUNCTION talent._redocumented(_person jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
	_c talent.correction;
BEGIN
	SELECT * INTO _c FROM talent.correction c WHERE c.id = (_person ->> 'sealed_for')::uuid;
	RETURN _c.kind = 'id_document' AND _c.state = 'requested' AND to_jsonb(_c) -> 'id_hash' = _person -> 'id_hash'
	    AND to_jsonb(_c) -> 'id_cipher' = _person -> 'id_cipher'
	    AND (_person ->> 'id')::uuid = (SELECT a.person FROM talent.assessment a WHERE a.id = _c.assessment);
END
$$;

-- As in 0048, and whether the document becomes the one that a correction in hand says: sealed for that correction.
CREATE OR REPLACE FUNCTION talent._returns(_table text, _op text, _old jsonb, _new jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
	IF _table <> 'person' OR _op <> 'UPDATE' THEN
		RETURN false;
	END IF;
	IF (_old ->> 'erased_at' IS NOT NULL AND _new ->> 'erased_at' IS NULL AND _new ->> 'sealed_for' IS NOT NULL
	        AND _old - '{name,id_masked,id_country,id_key,id_cipher,sealed_for,erased_at}'::text[]
	            = _new - '{name,id_masked,id_country,id_key,id_cipher,sealed_for,erased_at}'::text[])
	    OR (_old ->> 'erased_at' IS NULL
	        AND (_new ->> 'id_key')::int = (SELECT k.version FROM talent.person_key k)
	        AND (_old ->> 'id_key')::int < (_new ->> 'id_key')::int
	        AND length(_new ->> 'id_cipher') = length(_old ->> 'id_cipher')
	        AND _old - '{id_key,id_cipher}'::text[] = _new - '{id_key,id_cipher}'::text[]) THEN
		RETURN true;
	END IF;
	-- Who writes anything else may not look at corrections, and need not.
	IF _old = _new OR _old ->> 'erased_at' IS NOT NULL
	    OR _old - '{id_type,id_country,id_hash,id_cipher,id_key,id_masked,sealed_for}'::text[]
	        <> _new - '{id_type,id_country,id_hash,id_cipher,id_key,id_masked,sealed_for}'::text[] THEN
		RETURN false;
	END IF;
	RETURN talent._redocumented(_new) IS TRUE;
END
$$;

CREATE OR REPLACE FUNCTION talent._gone(_table text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _table
	    WHEN 'person' THEN jsonb_build_object('name', '*', 'id_masked', '*', 'id_country', NULL, 'id_key', 0,
	        'id_cipher', '\x' || repeat('00', 29), 'sealed_for', NULL)
	    WHEN 'enrolment' THEN '{"name": "*"}'
	    WHEN 'assessment' THEN '{"name": "*"}'
	    WHEN 'correction' THEN '{"evidence": "*", "note": null, "decision_note": null, "name": null, "name_rule": null,
	        "name_joined": null, "name_ordered": null, "id_country": null, "id_hash": null, "id_cipher": null,
	        "id_masked": null, "was_id_masked": null}'
	    WHEN 'certificate_version' THEN '{"holder": "*"}'
	    WHEN 'certificate_document' THEN jsonb_build_object('document', '{"proof":{"proofValue":"z"}}')
	    WHEN 'certificate_jwt' THEN jsonb_build_object('jwt', 'e30.e30.' || repeat('A', 86))
	    WHEN 'certificate_event' THEN '{"note": null}'
	    WHEN 'abandoned_signature' THEN jsonb_build_object('document', 'e30.e30.' || repeat('A', 86))
	    WHEN 'adoption' THEN '{"holder": "*"}' END
$$;
GRANT UPDATE (name, name_rule, name_joined, name_ordered, id_country, id_hash, id_cipher, id_masked, was_id_masked)
	ON talent.correction TO talent_eraser;
GRANT CREATE ON SCHEMA talent TO talent_eraser;
SET LOCAL ROLE talent_eraser;
-- As in 0062, and what a correction would have changed.
CREATE OR REPLACE FUNCTION talent._person_forget(_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
DECLARE
	_certificates uuid[] := ARRAY(SELECT s.certificate FROM certificate_state s WHERE s.person = _person);
	_versions uuid[] := ARRAY(SELECT v.id FROM certificate_version v WHERE v.certificate = ANY (_certificates));
	_results uuid[] := ARRAY(SELECT a.id FROM assessment a WHERE a.person = _person);
	_names text[] := ARRAY(SELECT k.name FROM known_name k WHERE k.person = _person AND k.name IS NOT NULL
	    UNION SELECT c.name FROM correction c WHERE c.assessment = ANY (_results) AND c.name IS NOT NULL);
BEGIN
	UPDATE person p SET name = '*', id_masked = '*', id_country = NULL, id_key = 0,
	    id_cipher = decode(repeat('00', 29), 'hex'), sealed_for = NULL, erased_at = now()
	WHERE p.id = _person;
	DELETE FROM known_name k WHERE k.person = _person;
	UPDATE enrolment e SET name = '*' WHERE e.person = _person AND e.name IS DISTINCT FROM '*';
	UPDATE assessment a SET name = '*' WHERE a.person = _person AND a.name <> '*';
	UPDATE correction c SET evidence = '*', note = NULL, decision_note = NULL, name = NULL, name_rule = NULL,
	    name_joined = NULL, name_ordered = NULL, id_country = NULL, id_hash = NULL, id_cipher = NULL, id_masked = NULL,
	    was_id_masked = NULL
	WHERE c.assessment = ANY (_results) AND c.evidence <> '*';
	UPDATE certificate_version v SET holder = '*' WHERE v.id = ANY (_versions) AND v.holder <> '*';
	UPDATE certificate_document d SET document = '{"proof":{"proofValue":"z"}}'
	WHERE d.version = ANY (_versions) AND d.document <> '{"proof":{"proofValue":"z"}}';
	UPDATE certificate_jwt j SET jwt = 'e30.e30.' || repeat('A', 86)
	WHERE j.version = ANY (_versions) AND j.jwt <> 'e30.e30.' || repeat('A', 86);
	UPDATE abandoned_signature a SET document = 'e30.e30.' || repeat('A', 86)
	WHERE a.version = ANY (_versions) AND a.document <> 'e30.e30.' || repeat('A', 86);
	UPDATE abandoned_signature a SET document = 'e30.e30.' || repeat('A', 86)
	WHERE a.list IS NOT NULL AND substring(a.document FROM '"identityHash":"([^"]*)"') = ANY (_names)
	AND (SELECT true FROM erased_signature e WHERE e.version = a.version AND e.key = a.key);
	UPDATE certificate_event e SET note = NULL
	WHERE e.certificate = ANY (_certificates) AND e.note IS NOT NULL;
	UPDATE adoption a SET holder = '*'
	WHERE a.number = ANY (ARRAY(SELECT c.number FROM certificate c WHERE c.id = ANY (_certificates)))
	AND a.holder <> '*';
END
$$;
SET LOCAL ROLE talent_owner;
REVOKE CREATE ON SCHEMA talent FROM talent_eraser;
