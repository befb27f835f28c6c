-- While a result is in publicity its body may ask, for the candidate, that it be checked again: whether something was
-- not marked, added up wrongly or entered wrongly. It is answered within the days of the policy: the result stands, or
-- it is corrected. While it is open nothing of the result is published.
--
--      request          answer
--     ────────► open ─┬───────► stands
--                     ├───────► changed     its correction was approved
--                     │ correct
--                     └───────► lapsed      it was annulled
--                       annul
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('recheck', 'open', 'answer', 'stands', 1),
	('recheck', 'open', 'correct', 'changed', 2),
	('recheck', 'open', 'annul', 'lapsed', 3);

CREATE TABLE talent.recheck (
	id uuid PRIMARY KEY,
	assessment uuid NOT NULL CONSTRAINT recheck_assessment_key UNIQUE REFERENCES talent.assessment,
	exam uuid NOT NULL,		-- its exam, and who held it
	body uuid NOT NULL,
	reason text COLLATE "C" NOT NULL,
	note text,
	state text COLLATE "C" NOT NULL DEFAULT 'open'
		CONSTRAINT recheck_states CHECK (state IN ('open', 'stands', 'changed', 'lapsed')),
	asked_at timestamptz NOT NULL DEFAULT now(),
	answer_by date NOT NULL,	-- the last day for it, by the policy of the day on which it was asked for
	answered_at timestamptz,
	answer_note text,
	CONSTRAINT recheck_answered CHECK ((state = 'open') = (answered_at IS NULL))
);
CREATE INDEX recheck_body ON talent.recheck (body, id);
CREATE INDEX recheck_state ON talent.recheck (state, id);
GRANT SELECT ON talent.recheck TO talent_worker, talent_jobs, talent_clerk;
CREATE TRIGGER recheck_immutable BEFORE DELETE ON talent.recheck
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER recheck_truncate BEFORE TRUNCATE ON talent.recheck
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER recheck_facts_immutable BEFORE UPDATE ON talent.recheck FOR EACH ROW
	WHEN ((OLD.id, OLD.assessment, OLD.exam, OLD.body, OLD.reason, OLD.note, OLD.asked_at, OLD.answer_by) IS DISTINCT FROM
		(NEW.id, NEW.assessment, NEW.exam, NEW.body, NEW.reason, NEW.note, NEW.asked_at, NEW.answer_by))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER recheck_transition BEFORE UPDATE ON talent.recheck FOR EACH ROW
	WHEN (OLD IS DISTINCT FROM NEW)
	EXECUTE FUNCTION talent._life_transition('recheck');

-- The last day on which a result may be checked again: the last of its publicity, unless it has its certificates or is
-- not in force. Null: none.
CREATE FUNCTION talent._recheck_until(_a talent.assessment) RETURNS date LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN (SELECT (_a.recorded_at AT TIME ZONE 'Asia/Shanghai')::date + e.publicity_days FROM talent.exam e
	    WHERE e.id = _a.exam AND e.publicity_days > 0
	    AND (_a.state IN ('awaiting_publication', 'awaiting_number') OR (_a.state = 'published' AND _a.outcome <> 'pass')));
END
$$;
CREATE FUNCTION talent._recheck_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.assessment a WHERE a.id = NEW.assessment AND talent._recheck_until(a) >= talent._today();
	IF NOT FOUND AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'assessment % is not in publicity', NEW.assessment
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = 'recheck_in_time';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER recheck_in_time BEFORE INSERT ON talent.recheck
	FOR EACH ROW EXECUTE FUNCTION talent._recheck_in_time();

-- Whoever writes: what is being checked is not published, what ends or corrects the result answers.
CREATE FUNCTION talent._assessment_rechecked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.state = 'published' THEN
		IF (SELECT r.state FROM talent.recheck r WHERE r.assessment = NEW.id) = 'open' AND NOT talent._maintenance() THEN
			RAISE EXCEPTION 'assessment % is being checked', NEW.id
			    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = 'assessment_rechecked';
		END IF;
	ELSE
		UPDATE talent.recheck r SET answered_at = now(),
		    state = CASE NEW.state WHEN 'superseded' THEN 'changed' ELSE 'lapsed' END
		WHERE r.assessment = NEW.id AND r.state = 'open';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER assessment_rechecked BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN (OLD.state <> NEW.state AND NEW.state IN ('published', 'annulled', 'superseded'))
	EXECUTE FUNCTION talent._assessment_rechecked();

INSERT INTO talent.policy (name, title, title_en, applies_to, applies_to_en, unit, least, most) VALUES
	('recheck_answer_days', '复核答复期限（天）', 'days within which a re-check is answered',
	'自该日起申请的复核；此前申请的按当时的期限', 'what is asked for from that day on; earlier ones keep their day',
	'days', 1, 60);
INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES
	('recheck_answer_days', 1, '10', '-infinity', 'as other provinces have it: no figure of Shanghai was found');

-- Erasure: what was written about somebody goes, what was decided stays.
CREATE OR REPLACE FUNCTION talent._gone(_table text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _table
	    WHEN 'person' THEN jsonb_build_object('name', '*', 'id_masked', '*', 'id_country', NULL, 'id_key', 0,
	        'id_cipher', '\x' || repeat('00', 29), 'sealed_for', NULL)
	    WHEN 'enrolment' THEN '{"name": "*"}'
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

GRANT SELECT, UPDATE (note) ON talent.company_decision TO talent_eraser;
GRANT SELECT, UPDATE (note, answer_note) ON talent.recheck TO talent_eraser;
GRANT CREATE ON SCHEMA talent TO talent_eraser;
SET LOCAL ROLE talent_eraser;
-- As in 0065, and what was written to companies' decisions and re-checks.
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
