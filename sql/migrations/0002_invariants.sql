-- What must hold whoever writes. Violations are raised as SQLSTATE class TA with a
-- constraint name, so that the daemon can tell them apart:
--   TA001 assessment_certificates  a published pass has exactly its certificates, others none
--   TA002 <table>_immutable        a row that may not change or go
--   TA003 <table>_transition       a state that may not follow the one before
--   TA004 certificate_facts        a certificate differs from its exam, or is incomplete
--   TA004 status_clock_moved       a state under a revision that its transaction did not take
--   TA005 audit_same_transaction   a write without its audit row
-- and, as any check is, 23514 assessment_grading, certificate_form, certificate_state_dates.

-- Rows that stay ----------------------------------------------------------------------

-- Refuses the statement. The owner's login alone may set talent.maintenance for repairs
-- and erasure; a daemon's session never can, not even inside a SECURITY DEFINER function.
CREATE FUNCTION talent._immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
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

DO $$
DECLARE
	_table text;
BEGIN
	FOREACH _table IN ARRAY ARRAY['person', 'certificate', 'certificate_document',
	    'certificate_version', 'certificate_event', 'audit'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON talent.%I
		    FOR EACH ROW EXECUTE FUNCTION talent._immutable()', _table || '_immutable', _table);
	END LOOP;
	FOREACH _table IN ARRAY ARRAY['assessment', 'certificate_state', 'enrolment',
	    'training_session', 'exam', 'organisation', 'level', 'occupation', 'work_type',
	    'work_type_level', 'issuer_key', 'programme', 'counting_rule', 'goal',
	    'status_clock', 'accreditation', 'recognition', 'agreement'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON talent.%I
		    FOR EACH ROW EXECUTE FUNCTION talent._immutable()', _table || '_immutable', _table);
	END LOOP;
	FOREACH _table IN ARRAY ARRAY['person', 'certificate', 'certificate_document',
	    'certificate_version', 'certificate_event', 'audit', 'assessment', 'certificate_state',
	    'status_clock', 'count_delta', 'count_total', 'count_grand', 'person_standing'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON talent.%I
		    FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable()',
		    _table || '_truncate', _table);
	END LOOP;
END
$$;

CREATE TRIGGER count_delta_immutable BEFORE UPDATE ON talent.count_delta
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
-- An exam's facts stand once it is announced: results are judged by them.
CREATE TRIGGER exam_facts_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN ((OLD.id, OLD.body, OLD.occupation, OLD.edition, OLD.work_type, OLD.level,
		OLD.partner, OLD.held_on, OLD.district) IS DISTINCT FROM
		(NEW.id, NEW.body, NEW.occupation, NEW.edition, NEW.work_type, NEW.level,
		NEW.partner, NEW.held_on, NEW.district))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER issuer_key_facts_immutable BEFORE UPDATE ON talent.issuer_key FOR EACH ROW
	WHEN ((OLD.key, OLD.organisation, OLD.public) IS DISTINCT FROM
		(NEW.key, NEW.organisation, NEW.public))
	EXECUTE FUNCTION talent._immutable();

-- States that may follow each other ---------------------------------------------------

CREATE FUNCTION talent._transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% may not become this', TG_TABLE_NAME
	    USING ERRCODE = 'TA003', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
	    CONSTRAINT = TG_TABLE_NAME || '_transition';
END
$$;

-- awaiting_publication -> published -> annulled, or straight to annulled; nothing else of
-- a result ever changes.
CREATE TRIGGER assessment_transition BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN ((OLD.id, OLD.exam, OLD.person, OLD.name, OLD.attendance, OLD.theory, OLD.skill,
		OLD.review, OLD.supplied_number, OLD.outcome, OLD.failed_parts, OLD.publish_on,
		OLD.recorded_at) IS DISTINCT FROM
		(NEW.id, NEW.exam, NEW.person, NEW.name, NEW.attendance, NEW.theory, NEW.skill,
		NEW.review, NEW.supplied_number, NEW.outcome, NEW.failed_parts, NEW.publish_on,
		NEW.recorded_at)
		OR NOT ((OLD.state, NEW.state) IN (('awaiting_publication', 'published'),
		('awaiting_publication', 'annulled'), ('published', 'annulled'))))
	EXECUTE FUNCTION talent._transition();

-- valid <-> suspended; either -> revoked; any -> void. Revocation is final: what was
-- revoked can only become void (its result annulled), which is final altogether.
CREATE TRIGGER certificate_state_transition BEFORE UPDATE ON talent.certificate_state
	FOR EACH ROW
	WHEN ((OLD.certificate, OLD.kind, OLD.person, OLD.occupation, OLD.work_type, OLD.level)
		IS DISTINCT FROM
		(NEW.certificate, NEW.kind, NEW.person, NEW.occupation, NEW.work_type, NEW.level)
		OR OLD.state = 'void'
		OR (OLD.state = 'revoked' AND NEW.state <> 'void')
		OR (OLD.revoked_on IS NOT NULL AND NEW.revoked_on IS DISTINCT FROM OLD.revoked_on)
		OR NEW.rev < OLD.rev
		OR ((OLD.state, OLD.version, OLD.revoked_on, OLD.suspended_on) IS DISTINCT FROM
		(NEW.state, NEW.version, NEW.revoked_on, NEW.suspended_on) AND NEW.rev = OLD.rev))
	EXECUTE FUNCTION talent._transition();

CREATE TRIGGER status_clock_transition BEFORE UPDATE ON talent.status_clock FOR EACH ROW
	WHEN (NEW.rev <= OLD.rev)
	EXECUTE FUNCTION talent._transition();

CREATE TRIGGER training_session_transition BEFORE UPDATE ON talent.training_session
	FOR EACH ROW WHEN (OLD.state <> 'planned' AND OLD IS DISTINCT FROM NEW)
	EXECUTE FUNCTION talent._transition();
CREATE TRIGGER enrolment_transition BEFORE UPDATE ON talent.enrolment
	FOR EACH ROW WHEN (OLD.state <> 'enrolled' AND OLD IS DISTINCT FROM NEW)
	EXECUTE FUNCTION talent._transition();
CREATE TRIGGER issuer_key_transition BEFORE UPDATE ON talent.issuer_key FOR EACH ROW
	WHEN (OLD.state <> NEW.state AND (NEW.state = 'active' OR OLD.state = 'revoked'))
	EXECUTE FUNCTION talent._transition();

-- Exactly two, one or none; complete; signed; audited ---------------------------------

-- A result in itself: every part at least 60, no averaging; failed_parts names exactly the
-- parts that failed; absence has no scores; only a pass waits for publication.
CREATE FUNCTION talent._assessment_grading() RETURNS trigger LANGUAGE plpgsql AS $$
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
	    WHEN 'annulled' THEN NEW.annulled_on IS NOT NULL
	    ELSE false END;
	IF _ok IS NOT TRUE THEN
		RAISE EXCEPTION 'assessment % does not follow from its scores', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'assessment_grading';
	END IF;
	NEW.xact := pg_current_xact_id();
	RETURN NEW;
END
$$;
-- Before the other triggers by name, so that they see xact as it will be.
CREATE TRIGGER a_grading BEFORE INSERT OR UPDATE ON talent.assessment
	FOR EACH ROW EXECUTE FUNCTION talent._assessment_grading();

-- Deferred to the end of the transaction, when everything must be there; a result is written
-- once in a transaction. Runs as whoever commits, hence the full names.
CREATE FUNCTION talent._check_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_e record;
	_n int;
	_n_company int;
	_n_void int;
	_faithful boolean;
BEGIN
	SELECT e.body, e.partner, e.district, e.occupation, e.edition, e.work_type, e.level,
	    NEW.attendance = 'absent' OR (NEW.review IS NOT NULL) = l.has_review AS parts,
	    EXISTS (SELECT FROM talent.audit u WHERE u.xact = pg_current_xact_id()) AS audited
	INTO _e
	FROM talent.exam e JOIN talent.level l ON l.code = e.level WHERE e.id = NEW.exam;
	_faithful := FOUND AND _e.parts;
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
		        AND (NEW.state <> 'published' OR (s.state = 'valid' AND s.rev = 0))), true)
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
	-- Anything but a pass has none: certificate_in_time admits certificates of passes only.
	IF NEW.outcome = 'pass' AND (CASE NEW.state
	    WHEN 'published' THEN _n <> 1 + (_e.partner IS NOT NULL)::int
	        OR _n_company <> (_e.partner IS NOT NULL)::int OR _n_void <> 0
	    WHEN 'annulled' THEN _n_void <> _n
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
CREATE CONSTRAINT TRIGGER assessment_certificates
	AFTER INSERT OR UPDATE ON talent.assessment
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION talent._check_assessment();

-- A certificate comes in the very transaction that publishes its pass, whose deferred check
-- then counts it; later, or beside a fail or an absence, there is no way in.
CREATE FUNCTION talent._certificate_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.kind IN ('skill_grade', 'company') THEN
		IF NOT EXISTS (SELECT FROM talent.assessment a WHERE a.id = NEW.assessment
		    AND a.xact = pg_current_xact_id() AND a.outcome = 'pass') THEN
			RAISE EXCEPTION 'assessment % is not being published', NEW.assessment
			    USING ERRCODE = 'TA001', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
			    CONSTRAINT = 'assessment_certificates';
		END IF;
	ELSIF NEW.assessment IS NOT NULL
	    OR NEW.kind NOT IN ('special_skill', 'appointment', 'recommendation') THEN
		RAISE EXCEPTION 'certificate % is of no kind for that', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_form';
	END IF;
	IF length(NEW.number) NOT BETWEEN 5 AND 60
	    OR translate(NEW.number, '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', '') <> ''
	    OR NEW.issued_on <> (NEW.issued_at AT TIME ZONE 'Asia/Shanghai')::date THEN
		RAISE EXCEPTION 'certificate number % or date %', NEW.number, NEW.issued_on
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_form';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER certificate_in_time BEFORE INSERT ON talent.certificate
	FOR EACH ROW EXECUTE FUNCTION talent._certificate_in_time();

-- A state changed later: still its own certificate's version, void only with its whole
-- result, an event of that revision beside it, and audited.
CREATE FUNCTION talent._check_state() RETURNS trigger LANGUAGE plpgsql AS $$
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
	    (s.state = 'void') = coalesce(a.state = 'annulled', s.state = 'void') AS whole,
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

CREATE CONSTRAINT TRIGGER certificate_state_whole
	AFTER UPDATE ON talent.certificate_state
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION talent._check_state();

-- A certificate that no exam stands behind must be complete too.
CREATE FUNCTION talent._check_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.certificate_state s
	JOIN talent.certificate_version v ON v.id = s.version AND v.certificate = s.certificate
	WHERE s.certificate = NEW.id AND s.kind = NEW.kind AND v.number = NEW.number;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'certificate % is incomplete', NEW.id
		    USING ERRCODE = 'TA004', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_facts';
	END IF;
	RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER certificate_complete
	AFTER INSERT ON talent.certificate
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.assessment IS NULL)
	EXECUTE FUNCTION talent._check_certificate();

-- Guards ------------------------------------------------------------------------------

-- A store holds the guard of each organisation and of the exam it relies on, shared; a
-- change of standing holds the organisation's alone, taken here so that no writer can
-- forget it. An advisory lock of the transaction instead of FOR SHARE on the row: hundreds
-- of stores share one exam, and row locks would write the row and a multixact each time;
-- and a waiting change of standing is served in turn, not starved.
CREATE FUNCTION talent._guard_share(_kind int, _id uuid) RETURNS void LANGUAGE sql AS $$
	SELECT pg_advisory_xact_lock_shared(_kind, uuid_hash(_id));
$$;
CREATE FUNCTION talent._guard_alone(_kind int, _id uuid) RETURNS void LANGUAGE sql AS $$
	SELECT pg_advisory_xact_lock(_kind, uuid_hash(_id));
$$;

CREATE FUNCTION talent._guard_standing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_row jsonb;
	_org uuid;
BEGIN
	IF TG_OP = 'DELETE' THEN
		_row := to_jsonb(OLD);
	ELSE
		_row := to_jsonb(NEW);
	END IF;
	-- Arguments: the columns that name organisations; in the order of ids, as everywhere.
	FOR _org IN SELECT DISTINCT (_row ->> a)::uuid FROM unnest(TG_ARGV) a
	    WHERE _row ->> a IS NOT NULL ORDER BY 1 LOOP
		PERFORM talent._guard_alone(7101, _org);
	END LOOP;
	IF TG_OP = 'DELETE' THEN
		RETURN OLD;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER a_guard BEFORE UPDATE ON talent.organisation
	FOR EACH ROW EXECUTE FUNCTION talent._guard_standing('id');
CREATE TRIGGER a_guard BEFORE INSERT OR UPDATE OR DELETE ON talent.accreditation
	FOR EACH ROW EXECUTE FUNCTION talent._guard_standing('body');
CREATE TRIGGER a_guard BEFORE INSERT OR UPDATE OR DELETE ON talent.recognition
	FOR EACH ROW EXECUTE FUNCTION talent._guard_standing('company');
CREATE TRIGGER a_guard BEFORE INSERT OR UPDATE OR DELETE ON talent.agreement
	FOR EACH ROW EXECUTE FUNCTION talent._guard_standing('body', 'company');
CREATE TRIGGER a_guard BEFORE UPDATE ON talent.issuer_key
	FOR EACH ROW EXECUTE FUNCTION talent._guard_standing('organisation');

CREATE FUNCTION talent._guard_exam() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM talent._guard_alone(7102, NEW.id);
	RETURN NEW;
END
$$;
CREATE TRIGGER a_guard BEFORE UPDATE ON talent.exam
	FOR EACH ROW EXECUTE FUNCTION talent._guard_exam();
