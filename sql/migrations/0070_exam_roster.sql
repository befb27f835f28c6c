-- A roster of an exam (考生名册): whom its body has registered for it, with the employer if there is one (所在单位). Whether
-- results are taken only for who stands on it, the exam says, and for all that are announced from a day on the policy.
-- People are put on it and taken off it, with a reason, while the exam is open; whoever has a result stays. What is
-- removed stays on record; whoever comes back has the place of before.
--
--      enrol             unenrol
--     ───────► listed ─────────────► removed
--                ▲                    │
--                └────── enrol ───────┘
--
-- A name on a roster binds as little as that of an enrolment, and is a known name with that basis.
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('exam', 'open', 'enrol', 'open', 4),
	('exam', 'open', 'unenrol', 'open', 5),
	('candidate', 'listed', 'unenrol', 'removed', 1),
	('candidate', 'removed', 'enrol', 'listed', 1);

ALTER TABLE talent.exam ADD COLUMN roster_required boolean NOT NULL DEFAULT false;
ALTER TYPE talent.new_exam ADD ATTRIBUTE roster_required boolean;

CREATE TABLE talent.exam_candidate (
	id uuid PRIMARY KEY,
	exam uuid NOT NULL REFERENCES talent.exam,
	person uuid NOT NULL REFERENCES talent.person,
	name talent.person_name NOT NULL,	-- as it was handed in
	employer text CONSTRAINT exam_candidate_employer CHECK (length(employer) BETWEEN 1 AND 100),
	state text COLLATE "C" NOT NULL DEFAULT 'listed'
		CONSTRAINT exam_candidate_state CHECK (state IN ('listed', 'removed')),
	state_since timestamptz NOT NULL DEFAULT now(),
	state_reason text COLLATE "C",
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT exam_candidate_key UNIQUE (exam, person),
	CONSTRAINT exam_candidate_reason CHECK ((state = 'removed') = (state_reason IS NOT NULL))
);
CREATE INDEX exam_candidate_page ON talent.exam_candidate (exam, id);
CREATE INDEX exam_candidate_person ON talent.exam_candidate (person);
GRANT SELECT ON talent.exam_candidate TO talent_worker, talent_jobs, talent_clerk;
CREATE TRIGGER exam_candidate_immutable BEFORE DELETE ON talent.exam_candidate
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER exam_candidate_truncate BEFORE TRUNCATE ON talent.exam_candidate
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER exam_candidate_facts BEFORE UPDATE ON talent.exam_candidate FOR EACH ROW
	WHEN ((OLD.id, OLD.exam, OLD.person, OLD.created_at) IS DISTINCT FROM
		(NEW.id, NEW.exam, NEW.person, NEW.created_at)
		OR ((OLD.name, OLD.employer) IS DISTINCT FROM (NEW.name, NEW.employer)
		AND (NEW.state <> 'listed' OR NEW.name = '*')))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER exam_candidate_transition BEFORE UPDATE ON talent.exam_candidate FOR EACH ROW
	WHEN (OLD.state <> NEW.state)
	EXECUTE FUNCTION talent._life_transition('candidate');

-- Whoever writes: of an exam that is open, and nobody leaves who has a result. Results are stored under the guard, shared.
CREATE FUNCTION talent._candidate_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_constraint text;
BEGIN
	IF talent._maintenance() THEN
		RETURN NEW;
	END IF;
	PERFORM talent._guard_alone(7102, NEW.exam);
	PERFORM FROM talent.exam e JOIN talent.life l ON l.noun = 'exam' AND l.state = e.state AND l.action = 'enrol'
	WHERE e.id = NEW.exam;
	IF NOT FOUND THEN
		_constraint := 'exam_candidate_open';
	ELSIF NEW.state = 'removed' THEN
		PERFORM FROM talent.assessment a
		WHERE a.exam = NEW.exam AND a.person = NEW.person AND a.state <> 'superseded' LIMIT 1;
		_constraint := CASE WHEN FOUND THEN 'exam_candidate_assessed' END;
	END IF;
	IF _constraint IS NOT NULL THEN
		RAISE EXCEPTION 'nobody is put on this roster, or taken off it so'
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = _constraint;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER exam_candidate_in_time BEFORE INSERT ON talent.exam_candidate
	FOR EACH ROW EXECUTE FUNCTION talent._candidate_in_time();
CREATE TRIGGER exam_candidate_in_time_again BEFORE UPDATE ON talent.exam_candidate FOR EACH ROW
	WHEN (OLD.state <> NEW.state)
	EXECUTE FUNCTION talent._candidate_in_time();

CREATE TYPE talent.new_candidate AS (
	id uuid,
	employer text,
	person talent.new_person
);

INSERT INTO talent.policy (name, title, title_en, applies_to, applies_to_en, words) VALUES
	('exam_roster', '考生名册', 'rosters of exams',
	'自该日起登记的考试：optional 可不报名册，required 只接收名册内考生的成绩；已登记的考试不变',
	'exams announced from that day on: optional, or required: results only for who stands on it; those announced'
	' before stay as they were', '{optional,required}');
INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES
	('exam_roster', 1, 'optional', '-infinity', 'as it was');

-- Erasure ----------------------------------------------------------------------------------

CREATE OR REPLACE FUNCTION talent._gone(_table text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _table
	    WHEN 'person' THEN jsonb_build_object('name', '*', 'id_masked', '*', 'id_country', NULL, 'id_key', 0,
	        'id_cipher', '\x' || repeat('00', 29), 'sealed_for', NULL)
	    WHEN 'enrolment' THEN '{"name": "*"}'
	    WHEN 'exam_candidate' THEN '{"name": "*", "employer": null}'
	    WHEN 'assessment' THEN '{"name": "*"}'
	    WHEN 'company_decision' THEN '{"note": null}'
	    WHEN 'recheck' THEN '{"note": null, "answer_note": null}'
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
GRANT SELECT, UPDATE (name, employer) ON talent.exam_candidate TO talent_eraser;
GRANT CREATE ON SCHEMA talent TO talent_eraser;
SET LOCAL ROLE talent_eraser;
-- As in 0069, and what stands on rosters.
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
	UPDATE assessment a SET name = '*' WHERE a.person = _person AND a.name <> '*';
	UPDATE correction c SET evidence = '*', note = NULL, decision_note = NULL, name = NULL, name_rule = NULL,
	    name_joined = NULL, name_ordered = NULL, id_country = NULL, id_hash = NULL, id_cipher = NULL, id_masked = NULL,
	    was_id_masked = NULL
	WHERE c.assessment = ANY (_results) AND c.evidence <> '*';
	UPDATE company_decision d SET note = NULL WHERE d.assessment = ANY (_results) AND d.note IS NOT NULL;
	UPDATE recheck r SET note = NULL, answer_note = NULL
	WHERE r.assessment = ANY (_results) AND num_nonnulls(r.note, r.answer_note) > 0;
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

DROP FUNCTION IF EXISTS talent.exam_change(uuid, text, bytea, bytea, uuid, json, int);
