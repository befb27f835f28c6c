-- Two people who are found to be one: the one is linked to the other, who stands for both, and rows stay where they are.
-- Two administrators decide, as about an erasure; a link is for good, and there are no chains. From then on both are one
-- for whatever asks who has a certificate, who was examined and how many people there are.
CREATE TABLE talent.person_link (
	id uuid PRIMARY KEY,
	person uuid NOT NULL REFERENCES talent.person,
	canonical uuid NOT NULL REFERENCES talent.person,	-- who stands for both
	reason text COLLATE "C" NOT NULL,
	evidence text NOT NULL CHECK (length(evidence) BETWEEN 1 AND 200),
	note text,
	state text COLLATE "C" NOT NULL DEFAULT 'awaiting_approval'
		CHECK (state IN ('awaiting_approval', 'approved', 'rejected', 'expired')),
	requested_by uuid,
	requested_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
	decided_by uuid,
	decided_at timestamptz,
	CONSTRAINT person_link_two CHECK (person <> canonical),
	CONSTRAINT person_link_decided CHECK ((state = 'awaiting_approval') = (decided_at IS NULL)),
	CONSTRAINT person_link_two_persons CHECK (state <> 'approved' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX person_link_open ON talent.person_link (person) WHERE state = 'awaiting_approval';
CREATE INDEX person_link_of ON talent.person_link (person);
CREATE INDEX person_link_to ON talent.person_link (canonical);
CREATE TRIGGER person_link_immutable BEFORE DELETE ON talent.person_link
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER person_link_truncate BEFORE TRUNCATE ON talent.person_link
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER person_link_transition BEFORE UPDATE ON talent.person_link FOR EACH ROW
	WHEN ((OLD.id, OLD.person, OLD.canonical, OLD.reason, OLD.evidence, OLD.note, OLD.requested_by, OLD.requested_at,
		OLD.expires_at) IS DISTINCT FROM
		(NEW.id, NEW.person, NEW.canonical, NEW.reason, NEW.evidence, NEW.note, NEW.requested_by, NEW.requested_at,
		NEW.expires_at)
		OR OLD.state <> 'awaiting_approval'
		OR (NEW.state = 'approved' AND now() >= OLD.expires_at)
		OR (NEW.state = 'expired' AND now() < OLD.expires_at))
	EXECUTE FUNCTION talent._transition();
GRANT SELECT ON talent.person_link TO talent_worker, talent_clerk, talent_jobs;

-- Who is who since then. No chains: whoever is linked stands for nobody, and whoever stands for somebody is not linked.
CREATE TABLE talent.same_person (
	person uuid PRIMARY KEY REFERENCES talent.person,
	canonical uuid NOT NULL REFERENCES talent.person,
	link uuid NOT NULL REFERENCES talent.person_link,
	since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX same_person_canonical ON talent.same_person (canonical);
CREATE TRIGGER same_person_immutable BEFORE UPDATE OR DELETE ON talent.same_person
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER same_person_truncate BEFORE TRUNCATE ON talent.same_person
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.same_person TO talent_worker, talent_clerk, talent_jobs;

CREATE FUNCTION talent._link_is_one_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.person p WHERE p.id IN (NEW.person, NEW.canonical) ORDER BY p.id FOR NO KEY UPDATE;
	PERFORM FROM talent.person_link l WHERE l.id = NEW.link AND l.state = 'approved' AND l.person = NEW.person
	AND l.canonical = NEW.canonical;
	IF NOT FOUND OR EXISTS (SELECT FROM talent.same_person p WHERE p.person = NEW.canonical)
	    OR EXISTS (SELECT FROM talent.same_person p WHERE p.canonical = NEW.person) THEN
		RAISE EXCEPTION 'person % or % is linked already', NEW.person, NEW.canonical
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = 'same_person_one_step';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER same_person_one_step BEFORE INSERT ON talent.same_person FOR EACH ROW
	EXECUTE FUNCTION talent._link_is_one_step();
CREATE TRIGGER person_link_asked_first BEFORE INSERT ON talent.person_link FOR EACH ROW
	WHEN (NEW.state <> 'awaiting_approval')
	EXECUTE FUNCTION talent._transition();

-- One skill grade of a kind, as certificate_already_certified says of one person: of those who are one, too.
CREATE FUNCTION talent._certified_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_canonical uuid := coalesce((SELECT p.canonical FROM talent.same_person p
	    WHERE p.person = NEW.person), NEW.person);
BEGIN
	PERFORM FROM talent.person p WHERE p.id = _canonical AND _canonical <> NEW.person FOR NO KEY UPDATE;
	PERFORM FROM talent.certificate_state s WHERE s.person = ANY (ARRAY(SELECT _canonical UNION ALL
	    SELECT p.person FROM talent.same_person p WHERE p.canonical = _canonical))
	AND s.certificate <> NEW.certificate AND s.kind = 'skill_grade' AND s.state IN ('valid', 'suspended')
	AND s.occupation = NEW.occupation AND s.work_type = NEW.work_type AND s.level = NEW.level LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'person % has such a certificate as another one', NEW.person
		    USING ERRCODE = '23505', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_already_certified';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER certified_once AFTER INSERT ON talent.certificate_state FOR EACH ROW
	WHEN (NEW.kind = 'skill_grade')
	EXECUTE FUNCTION talent._certified_once();

-- Erasure: what was written about it goes.
CREATE OR REPLACE FUNCTION talent._gone(_table text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _table
	    WHEN 'person' THEN jsonb_build_object('name', '*', 'id_masked', '*', 'id_country', NULL, 'id_key', 0,
	        'id_cipher', '\x' || repeat('00', 29), 'sealed_for', NULL)
	    WHEN 'enrolment' THEN '{"name": "*"}'
	    WHEN 'exam_candidate' THEN '{"name": "*", "employer": null}'
	    WHEN 'assessment' THEN '{"name": "*", "declared": null}'
	    WHEN 'company_decision' THEN '{"note": null}'
	    WHEN 'recheck' THEN '{"note": null, "answer_note": null}'
	    WHEN 'correction' THEN '{"evidence": "*", "note": null, "decision_note": null, "name": null, "name_rule": null,
	        "name_joined": null, "name_ordered": null, "id_country": null, "id_hash": null, "id_cipher": null,
	        "id_masked": null, "was_id_masked": null}'
	    WHEN 'person_link' THEN '{"evidence": "*", "note": null}'
	    WHEN 'certificate_version' THEN '{"holder": "*"}'
	    WHEN 'certificate_document' THEN jsonb_build_object('document', '{"proof":{"proofValue":"z"}}')
	    WHEN 'certificate_jwt' THEN jsonb_build_object('jwt', 'e30.e30.' || repeat('A', 86))
	    WHEN 'certificate_event' THEN '{"note": null}'
	    WHEN 'abandoned_signature' THEN jsonb_build_object('document', 'e30.e30.' || repeat('A', 86))
	    WHEN 'adoption' THEN '{"holder": "*"}' END
$$;
GRANT SELECT, UPDATE (evidence, note) ON talent.person_link TO talent_eraser;
GRANT CREATE ON SCHEMA talent TO talent_eraser;
SET LOCAL ROLE talent_eraser;
-- As in 0072, and what was written about a link.
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
	UPDATE exam_candidate c SET name = '*', employer = NULL WHERE c.person = _person AND c.name <> '*';
	UPDATE assessment a SET name = '*', declared = NULL
	WHERE a.person = _person AND (a.name <> '*' OR a.declared IS NOT NULL);
	UPDATE correction c SET evidence = '*', note = NULL, decision_note = NULL, name = NULL, name_rule = NULL,
	    name_joined = NULL, name_ordered = NULL, id_country = NULL, id_hash = NULL, id_cipher = NULL, id_masked = NULL,
	    was_id_masked = NULL
	WHERE c.assessment = ANY (_results) AND (c.evidence <> '*' OR num_nonnulls(c.note, c.decision_note, c.name, c.id_hash,
	    c.id_cipher, c.id_masked, c.was_id_masked) > 0);
	UPDATE company_decision d SET note = NULL WHERE d.assessment = ANY (_results) AND d.note IS NOT NULL;
	UPDATE recheck r SET note = NULL, answer_note = NULL
	WHERE r.assessment = ANY (_results) AND num_nonnulls(r.note, r.answer_note) > 0;
	UPDATE person_link l SET evidence = '*', note = NULL
	WHERE (l.person = _person OR l.canonical = _person) AND (l.evidence <> '*' OR l.note IS NOT NULL);
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
