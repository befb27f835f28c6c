-- What was recorded wrongly is corrected by another row: its body asks with reason and evidence, an administrator who is
-- not of that body decides. The old result stays as it was, superseded, and the new one names it; one result of a
-- person in an exam is in force. A re-sit is another exam.
--
--      request             approve
--     ────────► requested ─────────► approved
--                   │ │   refuse
--                   │ └────────────► refused
--                   └── withdraw ──► withdrawn
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('correction', 'requested', 'approve', 'approved', 1),
	('correction', 'requested', 'refuse', 'refused', 2),
	('correction', 'requested', 'withdraw', 'withdrawn', 3);

INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('assessment', 'awaiting_publication', 'correct', 'superseded', 4),
	('assessment', 'withheld', 'correct', 'superseded', 3),
	('assessment', 'published', 'correct', 'superseded', 2);

-- Results -----------------------------------------------------------------------------------

ALTER TABLE talent.assessment ADD COLUMN supersedes uuid;	-- the result that this one corrects
ALTER TABLE talent.assessment ADD COLUMN superseded_on date;

ALTER TABLE talent.assessment DROP CONSTRAINT assessment_person_key;
CREATE UNIQUE INDEX assessment_person_key ON talent.assessment (exam, person) WHERE state <> 'superseded';
CREATE INDEX assessment_superseded ON talent.assessment (exam, person) WHERE state = 'superseded';
CREATE UNIQUE INDEX assessment_supersedes_key ON talent.assessment (supersedes) WHERE supersedes IS NOT NULL;
DROP INDEX talent.assessment_supplied_number_key;
CREATE UNIQUE INDEX assessment_supplied_number_key ON talent.assessment (supplied_number)
	WHERE supplied_number IS NOT NULL AND outcome = 'pass' AND state NOT IN ('annulled', 'superseded');

CREATE TRIGGER assessment_succeeds_always BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN (OLD.supersedes IS DISTINCT FROM NEW.supersedes)
	EXECUTE FUNCTION talent._transition();

CREATE OR REPLACE FUNCTION talent._assessment_grading() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_ok boolean;
BEGIN
	IF NEW.attendance = 'absent' THEN
		_ok := NEW.outcome = 'absent' AND NEW.failed_parts = '{}'
		    AND num_nonnulls(NEW.theory, NEW.skill, NEW.review) = 0;
	ELSE
		_ok := NEW.attendance = 'present' AND num_nulls(NEW.theory, NEW.skill) = 0
		    AND NEW.outcome = CASE WHEN NEW.theory >= 60 AND NEW.skill >= 60
		        AND coalesce(NEW.review >= 60, true) THEN 'pass' ELSE 'fail' END
		    AND (NEW.failed_parts = '{}' OR NEW.outcome = 'fail')
		    AND (NEW.outcome = 'pass' OR NEW.failed_parts = array_remove(ARRAY[
		        CASE WHEN NEW.theory < 60 THEN 'theory' END,
		        CASE WHEN NEW.skill < 60 THEN 'skill' END,
		        CASE WHEN NEW.review < 60 THEN 'review' END], NULL));
	END IF;
	_ok := _ok AND CASE NEW.state
	    WHEN 'published' THEN NEW.annulled_on IS NULL
	    WHEN 'awaiting_publication' THEN NEW.annulled_on IS NULL AND NEW.outcome = 'pass'
	        AND NEW.publish_on IS NOT NULL
	    WHEN 'withheld' THEN NEW.annulled_on IS NULL
	        AND NEW.outcome = 'pass' AND NEW.publish_on IS NOT NULL
	    WHEN 'annulled' THEN NEW.annulled_on IS NOT NULL
	    WHEN 'superseded' THEN NEW.annulled_on IS NULL
	    ELSE false END
	    AND (NEW.state = 'superseded') = (NEW.superseded_on IS NOT NULL);
	IF _ok IS NOT TRUE THEN
		RAISE EXCEPTION 'assessment % does not follow from its scores', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'assessment_grading';
	END IF;
	NEW.xact := pg_current_xact_id();
	RETURN NEW;
END
$$;

-- As in 0061. A result that corrects another one may have that one's certificates, however they stand; one that is
-- superseded has a successor of the same person in the same exam, and what it has still is void.
CREATE OR REPLACE FUNCTION talent._check_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_e record;
	_n int;
	_n_company int;
	_n_void int;
	_faithful boolean;
	_pair boolean;
BEGIN
	SELECT e.body, e.partner, e.district, e.occupation, e.edition, e.work_type, e.level, e.held_on,
	    NEW.attendance = 'absent' OR (NEW.review IS NOT NULL) = l.has_review AS parts,
	    EXISTS (SELECT FROM talent.audit u WHERE u.xact = pg_current_xact_id()) AS audited,
	    NEW.state <> 'superseded' OR EXISTS (SELECT FROM talent.assessment a WHERE a.supersedes = NEW.id
	        AND a.exam = NEW.exam AND a.person = NEW.person) AS succeeded
	INTO _e
	FROM talent.exam e JOIN talent.level l ON l.code = e.level WHERE e.id = NEW.exam;
	_faithful := FOUND AND _e.parts AND _e.succeeded;
	IF _faithful AND NEW.outcome = 'pass' THEN
		SELECT count(*), count(*) FILTER (WHERE c.kind = 'company'),
		    count(*) FILTER (WHERE s.state = 'void'),
		    coalesce(bool_and((c.person, c.body, c.district, c.occupation, c.edition,
		        c.work_type, c.level, c.issuer, s.kind, s.person, s.occupation, s.work_type,
		        s.level, v.certificate, v.issuer, v.number, v.kind, v.issued_on)
		        IS NOT DISTINCT FROM
		        (NEW.person, _e.body, _e.district, _e.occupation, _e.edition,
		        _e.work_type, _e.level, CASE c.kind WHEN 'company' THEN _e.partner ELSE _e.body END,
		        c.kind, c.person, c.occupation, c.work_type,
		        c.level, c.id, c.issuer, c.number, c.kind, c.issued_on)
		        AND (NEW.state <> 'published' OR NEW.supersedes IS NOT NULL
		            OR (s.state = 'valid' AND s.rev = 0))), true)
		INTO _n, _n_company, _n_void, _faithful
		FROM talent.certificate c
		LEFT JOIN talent.certificate_state s ON s.certificate = c.id
		LEFT JOIN talent.certificate_version v ON v.id = s.version
		WHERE c.assessment = NEW.id;
	END IF;
	IF NOT _faithful THEN
		RAISE EXCEPTION 'assessment % and its exam or certificates differ', NEW.id
		    USING ERRCODE = 'TA004', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_facts';
	END IF;
	IF _e.held_on > talent._today() AND (TG_OP = 'INSERT' OR NEW.state = 'published')
	    AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'assessment % is of an exam that is held on %', NEW.id, _e.held_on
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'assessment_exam_held';
	END IF;
	_pair := _e.partner IS NOT NULL;
	IF _pair AND NEW.window_to IS NOT NULL THEN
		_pair := NOT EXISTS (SELECT FROM talent.company_decision d
		    WHERE d.assessment = NEW.id AND d.decision = 'vetoed');
	END IF;
	-- Anything but a pass has none: certificate_in_time admits certificates of passes only.
	IF NEW.outcome = 'pass' AND (CASE NEW.state
	    WHEN 'published' THEN _n <> 1 + _pair::int OR _n_company <> _pair::int OR _n_void <> 0
	    WHEN 'annulled' THEN _n_void <> _n
	    WHEN 'superseded' THEN _n_void <> _n
	    ELSE _n <> 0
	END) THEN
		RAISE EXCEPTION 'assessment % (%) has % certificates, % of them void',
		    NEW.id, NEW.state, _n, _n_void
		    USING ERRCODE = 'TA001', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'assessment_certificates';
	END IF;
	IF NOT _e.audited THEN
		RAISE EXCEPTION 'assessment % was written without audit', NEW.id
		    USING ERRCODE = 'TA005', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'audit_same_transaction';
	END IF;
	RETURN NULL;
END
$$;

-- What a company has decided holds for the pass that corrects a pass.
CREATE OR REPLACE FUNCTION talent._company_decides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.assessment a
	WHERE a.id = NEW.assessment AND ((a.state = 'awaiting_publication' AND a.window_to >= talent._today())
	    OR EXISTS (SELECT FROM talent.company_decision d WHERE d.assessment = a.supersedes
	        AND (d.decision, d.reason, d.note, d.decided_at)
	        IS NOT DISTINCT FROM (NEW.decision, NEW.reason, NEW.note, NEW.decided_at)));
	IF NOT FOUND AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'assessment % does not wait for its company', NEW.assessment
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'company_decision_in_time';
	END IF;
	RETURN NEW;
END
$$;

-- A result that corrects another one comes in the transaction that supersedes that one.
CREATE FUNCTION talent._assessment_succeeds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.assessment a WHERE a.id = NEW.supersedes AND a.exam = NEW.exam AND a.person = NEW.person
	AND a.state = 'superseded' AND a.xact = pg_current_xact_id();
	IF NOT FOUND THEN
		RAISE EXCEPTION 'assessment % is not being corrected', NEW.supersedes
		    USING ERRCODE = 'TA004', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_facts';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER assessment_succeeds BEFORE INSERT ON talent.assessment FOR EACH ROW
	WHEN (NEW.supersedes IS NOT NULL)
	EXECUTE FUNCTION talent._assessment_succeeds();

-- Certificates follow from a pass to the pass that corrects it, in that transaction; nothing else of one changes.
CREATE FUNCTION talent._certificate_follows(_old talent.certificate, _new talent.certificate) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN to_jsonb(_old) - 'assessment' = to_jsonb(_new) - 'assessment' AND EXISTS (
	    SELECT FROM talent.assessment a WHERE a.id = (_new).assessment AND a.supersedes = (_old).assessment
	    AND a.outcome = 'pass' AND a.xact = pg_current_xact_id());
END
$$;
DROP TRIGGER certificate_immutable ON talent.certificate;
CREATE TRIGGER certificate_immutable BEFORE UPDATE ON talent.certificate FOR EACH ROW
	WHEN (NOT talent._certificate_follows(OLD, NEW))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER certificate_stays BEFORE DELETE ON talent.certificate FOR EACH ROW
	EXECUTE FUNCTION talent._immutable();

-- As in 0002: void with its result, annulled or corrected to none that passes.
CREATE OR REPLACE FUNCTION talent._check_state() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_r record;
BEGIN
	IF (CASE NEW.state
	    WHEN 'valid' THEN num_nonnulls(NEW.revoked_on, NEW.suspended_on) = 0
	    WHEN 'suspended' THEN NEW.revoked_on IS NULL AND NEW.suspended_on IS NOT NULL
	    WHEN 'revoked' THEN NEW.revoked_on IS NOT NULL
	    WHEN 'void' THEN NEW.revoked_on IS NOT NULL
	    ELSE false END) IS NOT TRUE THEN
		RAISE EXCEPTION 'dates of certificate % do not go with %', NEW.certificate, NEW.state
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_state_dates';
	END IF;
	SELECT coalesce(v.certificate = s.certificate, false) AS own,
	    (s.state = 'void') = coalesce(a.state IN ('annulled', 'superseded'), s.state = 'void') AS whole,
	    EXISTS (SELECT FROM talent.certificate_event t
	        WHERE t.certificate = s.certificate AND t.rev = s.rev) AS told,
	    EXISTS (SELECT FROM talent.audit u WHERE u.xact = pg_current_xact_id()) AS audited,
	    EXISTS (SELECT FROM talent.status_clock k
	        WHERE k.xact = pg_current_xact_id() AND k.rev >= s.rev) AS ticked
	INTO STRICT _r
	FROM talent.certificate_state s
	LEFT JOIN talent.certificate_version v ON v.id = s.version
	JOIN talent.certificate c ON c.id = s.certificate
	LEFT JOIN talent.assessment a ON a.id = c.assessment
	WHERE s.certificate = NEW.certificate;
	IF NOT (_r.own AND _r.told) THEN
		RAISE EXCEPTION 'state of certificate % lacks its event or version', NEW.certificate
		    USING ERRCODE = 'TA004', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_facts';
	END IF;
	IF NOT _r.whole THEN
		RAISE EXCEPTION 'certificate % and its result disagree', NEW.certificate
		    USING ERRCODE = 'TA001', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'assessment_certificates';
	END IF;
	IF NOT _r.audited THEN
		RAISE EXCEPTION 'certificate % was changed without audit', NEW.certificate
		    USING ERRCODE = 'TA005', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'audit_same_transaction';
	END IF;
	IF NOT _r.ticked THEN
		RAISE EXCEPTION 'certificate % was changed beside the status clock', NEW.certificate
		    USING ERRCODE = 'TA004', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'status_clock_moved';
	END IF;
	RETURN NULL;
END
$$;

-- Whoever writes: as in 0058, with the words of the index above.
CREATE OR REPLACE FUNCTION talent._exam_without_results() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM talent._guard_alone(7102, NEW.id);
	PERFORM FROM talent.assessment a WHERE a.exam = NEW.id AND a.state <> 'superseded' LIMIT 1;
	IF FOUND AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'exam % has results', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = 'exam_without_results';
	END IF;
	RETURN NEW;
END
$$;

-- What is asked for -------------------------------------------------------------------------

CREATE TABLE talent.correction (
	id uuid PRIMARY KEY,
	assessment uuid NOT NULL REFERENCES talent.assessment,	-- the result that is wrong
	exam uuid NOT NULL,		-- its exam, and who held it
	body uuid NOT NULL,
	kind text COLLATE "C" NOT NULL CONSTRAINT correction_kind CHECK (kind IN ('score', 'absence')),
	theory talent.score,		-- what it should have been
	skill talent.score,
	review talent.score,
	outcome text COLLATE "C" NOT NULL,
	failed_parts text[] NOT NULL,
	supplied_number text COLLATE "C",	-- of a pass that was none, where the site does not mint
	reason text COLLATE "C" NOT NULL,
	evidence text NOT NULL CHECK (length(evidence) BETWEEN 1 AND 200),	-- where it is kept; *: erased
	note text,
	state text COLLATE "C" NOT NULL DEFAULT 'requested'
		CONSTRAINT correction_states CHECK (state IN ('requested', 'approved', 'refused', 'withdrawn')),
	requested_by uuid,
	requested_at timestamptz NOT NULL DEFAULT now(),
	decided_by uuid,
	decided_at timestamptz,
	refusal text COLLATE "C",	-- why it was refused or withdrawn
	decision_note text,
	made uuid,			-- the result that came of it
	CONSTRAINT correction_decided CHECK ((state = 'requested') = (decided_at IS NULL)),
	CONSTRAINT correction_made CHECK ((state = 'approved') = (made IS NOT NULL))
);
CREATE UNIQUE INDEX correction_open ON talent.correction (assessment) WHERE state = 'requested';
CREATE INDEX correction_assessment ON talent.correction (assessment);
CREATE INDEX correction_body ON talent.correction (body, id);
CREATE INDEX correction_state ON talent.correction (state, id);
CREATE TRIGGER correction_immutable BEFORE DELETE ON talent.correction
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER correction_truncate BEFORE TRUNCATE ON talent.correction
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER correction_facts_immutable BEFORE UPDATE ON talent.correction FOR EACH ROW
	WHEN ((OLD.id, OLD.assessment, OLD.exam, OLD.body, OLD.kind, OLD.theory, OLD.skill, OLD.review, OLD.outcome,
		OLD.failed_parts, OLD.supplied_number, OLD.reason, OLD.evidence, OLD.note, OLD.requested_by, OLD.requested_at)
		IS DISTINCT FROM
		(NEW.id, NEW.assessment, NEW.exam, NEW.body, NEW.kind, NEW.theory, NEW.skill, NEW.review, NEW.outcome,
		NEW.failed_parts, NEW.supplied_number, NEW.reason, NEW.evidence, NEW.note, NEW.requested_by, NEW.requested_at))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER correction_transition BEFORE UPDATE ON talent.correction FOR EACH ROW
	WHEN (OLD IS DISTINCT FROM NEW)
	EXECUTE FUNCTION talent._life_transition('correction');
GRANT SELECT ON talent.correction TO talent_worker, talent_clerk, talent_jobs;

CREATE TYPE talent.new_correction AS (
	id uuid, assessment uuid, kind text, theory numeric, skill numeric, review numeric, outcome text,
	failed_parts text[], supplied_number text, reason text, evidence text, note text
);

-- Erasure: what was written about somebody goes, what was decided stays.
CREATE OR REPLACE FUNCTION talent._gone(_table text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _table
	    WHEN 'person' THEN jsonb_build_object('name', '*', 'id_masked', '*', 'id_country', NULL, 'id_key', 0,
	        'id_cipher', '\x' || repeat('00', 29), 'sealed_for', NULL)
	    WHEN 'enrolment' THEN '{"name": "*"}'
	    WHEN 'assessment' THEN '{"name": "*"}'
	    WHEN 'correction' THEN '{"evidence": "*", "note": null, "decision_note": null}'
	    WHEN 'certificate_version' THEN '{"holder": "*"}'
	    WHEN 'certificate_document' THEN jsonb_build_object('document', '{"proof":{"proofValue":"z"}}')
	    WHEN 'certificate_jwt' THEN jsonb_build_object('jwt', 'e30.e30.' || repeat('A', 86))
	    WHEN 'certificate_event' THEN '{"note": null}'
	    WHEN 'abandoned_signature' THEN jsonb_build_object('document', 'e30.e30.' || repeat('A', 86))
	    WHEN 'adoption' THEN '{"holder": "*"}' END
$$;
GRANT SELECT, UPDATE (evidence, note, decision_note) ON talent.correction TO talent_eraser;
GRANT CREATE ON SCHEMA talent TO talent_eraser;
SET LOCAL ROLE talent_eraser;
-- As in 0059, and what was written in corrections.
CREATE OR REPLACE FUNCTION talent._person_forget(_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
DECLARE
	_certificates uuid[] := ARRAY(SELECT s.certificate FROM certificate_state s WHERE s.person = _person);
	_versions uuid[] := ARRAY(SELECT v.id FROM certificate_version v WHERE v.certificate = ANY (_certificates));
	_names text[] := ARRAY(SELECT k.name FROM known_name k WHERE k.person = _person AND k.name IS NOT NULL);
	_results uuid[] := ARRAY(SELECT a.id FROM assessment a WHERE a.person = _person);
BEGIN
	UPDATE person p SET name = '*', id_masked = '*', id_country = NULL, id_key = 0,
	    id_cipher = decode(repeat('00', 29), 'hex'), sealed_for = NULL, erased_at = now()
	WHERE p.id = _person;
	DELETE FROM known_name k WHERE k.person = _person;
	UPDATE enrolment e SET name = '*' WHERE e.person = _person AND e.name IS DISTINCT FROM '*';
	UPDATE assessment a SET name = '*' WHERE a.person = _person AND a.name <> '*';
	UPDATE correction c SET evidence = '*', note = NULL, decision_note = NULL
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
