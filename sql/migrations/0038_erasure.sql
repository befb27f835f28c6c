-- People who are erased (PIPL 47). Everything that says who somebody was goes: names, the sealed number, the
-- signed documents. What the registry must still answer for stays: how many results and certificates there were,
-- which numbers and places in status lists are taken, a hash of each document that was signed, and the keyed hash
-- of the identity document, under which nobody can be found but by whoever hands in that very document again: then
-- it is the same person, who is not counted twice.
--
-- Two administrators decide (sql/functions/erasure_*). What may change is named here, column by column, and only
-- a role that nobody logs in as may change it: talent_eraser, whose one function is below.

DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_eraser')
	    OR NOT pg_has_role(current_user, 'talent_eraser', 'MEMBER') THEN
		RAISE EXCEPTION 'the role talent_eraser is missing or the owner is no member of it: run'
		    ' sql/bootstrap.sql as a superuser, then migrate again';
	END IF;
END
$$;

CREATE TABLE talent.erasure (
	id uuid PRIMARY KEY,
	person uuid NOT NULL,		-- no foreign key: one that a restored database lacks was erased all the same
	basis text NOT NULL CHECK (basis IN ('holder_request', 'consent_withdrawn', 'purpose_achieved',
		'unlawful', 'other')),
	note text,
	state text NOT NULL DEFAULT 'awaiting_approval'
		CHECK (state IN ('awaiting_approval', 'approved', 'rejected', 'expired')),
	requested_by uuid,		-- null: recovered from a journal
	requested_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
	decided_by uuid,
	decided_at timestamptz,
	CONSTRAINT erasure_decided CHECK ((state = 'awaiting_approval') = (decided_at IS NULL)),
	CONSTRAINT erasure_two_persons CHECK (state <> 'approved' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX erasure_open ON talent.erasure (person) WHERE state = 'awaiting_approval';
CREATE INDEX erasure_person ON talent.erasure (person);
CREATE TRIGGER erasure_immutable BEFORE DELETE ON talent.erasure
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER erasure_truncate BEFORE TRUNCATE ON talent.erasure
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER erasure_transition BEFORE UPDATE ON talent.erasure FOR EACH ROW
	WHEN ((OLD.id, OLD.person, OLD.basis, OLD.note, OLD.requested_by, OLD.requested_at, OLD.expires_at)
		IS DISTINCT FROM
		(NEW.id, NEW.person, NEW.basis, NEW.note, NEW.requested_by, NEW.requested_at, NEW.expires_at)
		OR OLD.state <> 'awaiting_approval'
		OR (NEW.state = 'approved' AND now() >= OLD.expires_at)
		OR (NEW.state = 'expired' AND now() < OLD.expires_at))
	EXECUTE FUNCTION talent._transition();

-- What was signed and is gone, for the comparison with the signer's journal.
CREATE TABLE talent.erased_signature (
	version uuid NOT NULL,
	key text COLLATE "C" NOT NULL,
	hash talent.hash,		-- of what was signed; null: what was stored was nothing that could be read
	erased_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (version, key)
);
CREATE TRIGGER erased_signature_immutable BEFORE UPDATE OR DELETE ON talent.erased_signature
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER erased_signature_truncate BEFORE TRUNCATE ON talent.erased_signature
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.erasure, talent.erased_signature TO talent_worker, talent_jobs, talent_clerk;

ALTER TABLE talent.person
	ADD COLUMN erased_at timestamptz,	-- null: not, or known again since
	ADD COLUMN sealed_for uuid;		-- the id that id_cipher is sealed for; null: the row's own
GRANT SELECT (erased_at) ON talent.person TO talent_worker, talent_jobs, talent_clerk;

-- How it stood when its holder was erased; null: he is not. Counts go by it: what was earned stays earned.
ALTER TABLE talent.certificate_state ADD COLUMN erased_from text;
CREATE TRIGGER certificate_state_erased BEFORE UPDATE OF erased_from ON talent.certificate_state FOR EACH ROW
	WHEN (NEW.erased_from IS DISTINCT FROM OLD.erased_from AND (OLD.erased_from IS NOT NULL
		OR NEW.erased_from <> OLD.state OR NEW.state NOT IN ('revoked', 'void') OR NEW.rev <= OLD.rev))
	EXECUTE FUNCTION talent._transition();

-- As in 0002; of what is void nothing changes but that.
DROP TRIGGER certificate_state_transition ON talent.certificate_state;
CREATE TRIGGER certificate_state_transition BEFORE UPDATE ON talent.certificate_state
	FOR EACH ROW
	WHEN ((OLD.certificate, OLD.kind, OLD.person, OLD.occupation, OLD.work_type, OLD.level)
		IS DISTINCT FROM
		(NEW.certificate, NEW.kind, NEW.person, NEW.occupation, NEW.work_type, NEW.level)
		OR (OLD.state = 'void' AND (NEW.erased_from IS NOT DISTINCT FROM OLD.erased_from
			OR (OLD.state, OLD.version, OLD.revoked_on, OLD.suspended_on) IS DISTINCT FROM
			(NEW.state, NEW.version, NEW.revoked_on, NEW.suspended_on)))
		OR (OLD.state = 'revoked' AND NEW.state NOT IN ('revoked', 'void'))
		OR (OLD.revoked_on IS NOT NULL AND NEW.revoked_on IS DISTINCT FROM OLD.revoked_on)
		OR NEW.rev < OLD.rev
		OR ((OLD.state, OLD.version, OLD.revoked_on, OLD.suspended_on) IS DISTINCT FROM
		(NEW.state, NEW.version, NEW.revoked_on, NEW.suspended_on) AND NEW.rev = OLD.rev))
	EXECUTE FUNCTION talent._transition();

ALTER TABLE talent.certificate_event DROP CONSTRAINT certificate_event_kind_check;
ALTER TABLE talent.certificate_event ADD CONSTRAINT certificate_event_kind_check
	CHECK (kind IN ('suspended', 'reinstated', 'revoked', 'voided', 'reissued', 'erased')) NOT VALID;

CREATE INDEX adoption_number ON talent.adoption (number);

-- What may change ---------------------------------------------------------------------

-- What stands where something was. No name and no number can look like these.
CREATE FUNCTION talent._gone(_table text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _table
	    WHEN 'person' THEN jsonb_build_object('name', '*', 'id_masked', '*', 'id_country', NULL, 'id_key', 0,
	        'id_cipher', '\x' || repeat('00', 29), 'sealed_for', NULL)
	    WHEN 'enrolment' THEN '{"name": "*"}'
	    WHEN 'assessment' THEN '{"name": "*"}'
	    WHEN 'certificate_version' THEN '{"holder": "*"}'
	    WHEN 'certificate_document' THEN jsonb_build_object('document', '{"proof":{"proofValue":"z"}}')
	    WHEN 'certificate_jwt' THEN jsonb_build_object('jwt', 'e30.e30.' || repeat('A', 86))
	    WHEN 'certificate_event' THEN '{"note": null}'
	    WHEN 'abandoned_signature' THEN jsonb_build_object('document', 'e30.e30.' || repeat('A', 86))
	    WHEN 'adoption' THEN '{"holder": "*"}' END
$$;

-- Whether a change is an erasure's: by the eraser, of exactly those columns to exactly that. What a trigger of
-- the table itself stamps is left out of the comparison.
CREATE FUNCTION talent._erases(_table text, _op text, _old jsonb, _new jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN current_user = 'talent_eraser' AND CASE
	    WHEN _op = 'DELETE' THEN _table = 'known_name'
	    WHEN _op = 'UPDATE' THEN (_old || talent._gone(_table)) - '{xact,erased_at}'::text[]
	        = _new - '{xact,erased_at}'::text[]
	        AND (_table <> 'person' OR (_old ->> 'erased_at' IS NULL AND _new ->> 'erased_at' IS NOT NULL))
	    ELSE false END IS TRUE;
END
$$;

-- Whether an erased person is known again: the same document was handed in. Only what the erasure took comes back.
CREATE FUNCTION talent._returns(_table text, _op text, _old jsonb, _new jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN (_table = 'person' AND _op = 'UPDATE' AND _old ->> 'erased_at' IS NOT NULL
	    AND _new ->> 'erased_at' IS NULL AND _new ->> 'sealed_for' IS NOT NULL
	    AND _old - '{name,id_masked,id_country,id_key,id_cipher,sealed_for,erased_at}'::text[]
	        = _new - '{name,id_masked,id_country,id_key,id_cipher,sealed_for,erased_at}'::text[]) IS TRUE;
END
$$;

-- As in 0002, and what the two say.
CREATE OR REPLACE FUNCTION talent._immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_LEVEL = 'ROW' AND (current_user = 'talent_eraser' OR TG_TABLE_NAME = 'person')
	    AND (talent._erases(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW))
	        OR talent._returns(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW))) THEN
		IF TG_OP = 'DELETE' THEN
			RETURN OLD;
		END IF;
		RETURN NEW;
	END IF;
	IF current_setting('talent.maintenance', true) = 'on'
	    AND pg_has_role(session_user, 'talent_owner', 'MEMBER') THEN
		IF TG_LEVEL = 'STATEMENT' THEN
			RETURN NULL;
		ELSIF TG_OP = 'DELETE' THEN
			RETURN OLD;
		END IF;
		RETURN NEW;
	END IF;
	RAISE EXCEPTION '% of talent.% is refused', TG_OP, TG_TABLE_NAME
	    USING ERRCODE = 'TA002', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
	    CONSTRAINT = TG_TABLE_NAME || '_immutable';
END
$$;

CREATE OR REPLACE FUNCTION talent._transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_user = 'talent_eraser'
	    AND talent._erases(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)) THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION '% may not become this', TG_TABLE_NAME
	    USING ERRCODE = 'TA003', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
	    CONSTRAINT = TG_TABLE_NAME || '_transition';
END
$$;

-- A result whose name goes is not judged anew: its certificates have ended, and it stays what it was.
DROP TRIGGER assessment_certificates ON talent.assessment;
CREATE CONSTRAINT TRIGGER assessment_certificates AFTER INSERT ON talent.assessment
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION talent._check_assessment();
CREATE CONSTRAINT TRIGGER assessment_certificates_then AFTER UPDATE ON talent.assessment
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	WHEN (NEW.name = OLD.name OR NEW.name <> '*')
	EXECUTE FUNCTION talent._check_assessment();

-- What is gone is no signature that somebody would have to verify.
CREATE OR REPLACE FUNCTION talent._signature_stored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_user = 'talent_eraser' THEN
		RETURN NULL;
	ELSIF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'certificate_jwt' THEN
		DELETE FROM talent.unverified_signature u
		WHERE u.version = OLD.version AND u.key = OLD.key;
	ELSIF TG_OP = 'DELETE' THEN
		DELETE FROM talent.unverified_signature u WHERE u.version = OLD.id;
	ELSIF TG_TABLE_NAME = 'certificate_jwt' THEN
		PERFORM talent._unverified(NEW.version, NEW.key);
	ELSIF TG_TABLE_NAME = 'certificate_document' THEN
		PERFORM talent._unverified(v.id, v.key) FROM talent.certificate_version v
		WHERE v.id = NEW.version;
	ELSE
		PERFORM talent._unverified(NEW.id, NEW.key);
	END IF;
	RETURN NULL;
END
$$;

-- The eraser ---------------------------------------------------------------------------

GRANT USAGE, CREATE ON SCHEMA talent TO talent_eraser;
GRANT EXECUTE ON FUNCTION talent._gone(text), talent._erases(text, text, jsonb, jsonb),
	talent._returns(text, text, jsonb, jsonb) TO talent_eraser, talent_worker, talent_jobs, talent_clerk;
GRANT SELECT, UPDATE (name, id_masked, id_country, id_key, id_cipher, sealed_for, erased_at)
	ON talent.person TO talent_eraser;
GRANT SELECT, DELETE ON talent.known_name TO talent_eraser;
GRANT SELECT, UPDATE (name) ON talent.enrolment, talent.assessment TO talent_eraser;
GRANT SELECT, UPDATE (holder) ON talent.certificate_version TO talent_eraser;
GRANT SELECT, UPDATE (document) ON talent.certificate_document TO talent_eraser;
GRANT SELECT, UPDATE (document) ON talent.abandoned_signature TO talent_eraser;
GRANT SELECT, UPDATE (jwt) ON talent.certificate_jwt TO talent_eraser;
GRANT SELECT, UPDATE (note) ON talent.certificate_event TO talent_eraser;
GRANT SELECT, UPDATE (holder) ON talent.adoption TO talent_eraser;
GRANT SELECT ON talent.certificate, talent.certificate_state TO talent_eraser;

SET LOCAL ROLE talent_eraser;
-- Takes out who a person was. The caller (_person_erase) holds the locks and does everything else.
CREATE FUNCTION talent._person_forget(_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
DECLARE
	_certificates uuid[] := ARRAY(SELECT s.certificate FROM certificate_state s WHERE s.person = _person);
	_versions uuid[] := ARRAY(SELECT v.id FROM certificate_version v WHERE v.certificate = ANY (_certificates));
BEGIN
	UPDATE person p SET name = '*', id_masked = '*', id_country = NULL, id_key = 0,
	    id_cipher = decode(repeat('00', 29), 'hex'), sealed_for = NULL, erased_at = now()
	WHERE p.id = _person;
	DELETE FROM known_name k WHERE k.person = _person;
	UPDATE enrolment e SET name = '*' WHERE e.person = _person AND e.name IS DISTINCT FROM '*';
	UPDATE assessment a SET name = '*' WHERE a.person = _person AND a.name <> '*';
	UPDATE certificate_version v SET holder = '*' WHERE v.id = ANY (_versions) AND v.holder <> '*';
	UPDATE certificate_document d SET document = '{"proof":{"proofValue":"z"}}'
	WHERE d.version = ANY (_versions) AND d.document <> '{"proof":{"proofValue":"z"}}';
	UPDATE certificate_jwt j SET jwt = 'e30.e30.' || repeat('A', 86)
	WHERE j.version = ANY (_versions) AND j.jwt <> 'e30.e30.' || repeat('A', 86);
	UPDATE abandoned_signature a SET document = 'e30.e30.' || repeat('A', 86)
	WHERE a.version = ANY (_versions) AND a.document <> 'e30.e30.' || repeat('A', 86);
	UPDATE certificate_event e SET note = NULL
	WHERE e.certificate = ANY (_certificates) AND e.note IS NOT NULL;
	UPDATE adoption a SET holder = '*'
	WHERE a.number = ANY (ARRAY(SELECT c.number FROM certificate c WHERE c.id = ANY (_certificates)))
	AND a.holder <> '*';
END
$$;
REVOKE EXECUTE ON FUNCTION talent._person_forget(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION talent._person_forget(uuid) TO talent_owner;
SET LOCAL ROLE talent_owner;
REVOKE CREATE ON SCHEMA talent FROM talent_eraser;
