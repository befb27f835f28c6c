-- What happened is not recorded before it happened. These bind what is written from now on; rows that were
-- there before stay, and `talentctl progress audit` lists them. Days are Shanghai's. The owner's repairs
-- (talent.maintenance) are exempt, as from certificate_form.

-- A result is of an exam that has been held: on the way in, and again when it gives certificates, which a
-- pass that waited since before may still do.
CREATE OR REPLACE FUNCTION talent._check_assessment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_e record;
	_n int;
	_n_company int;
	_n_void int;
	_faithful boolean;
BEGIN
	SELECT e.body, e.partner, e.district, e.occupation, e.edition, e.work_type, e.level, e.held_on,
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
	IF _e.held_on > talent._today() AND (TG_OP = 'INSERT' OR NEW.state = 'published')
	    AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'assessment % is of an exam that is held on %', NEW.id, _e.held_on
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'assessment_exam_held';
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

-- A session is completed on its last day or later, and not tomorrow.
CREATE FUNCTION talent._session_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.completed_on NOT BETWEEN NEW.ends_on AND talent._today() AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'session % ends on %, not on %', NEW.id, NEW.ends_on, NEW.completed_on
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'training_session_over';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER session_in_time BEFORE INSERT OR UPDATE OF state, completed_on, ends_on ON talent.training_session
	FOR EACH ROW WHEN (NEW.state = 'completed')
	EXECUTE FUNCTION talent._session_in_time();

-- An exam that ends a session is not held before it begins.
CREATE FUNCTION talent._exam_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.held_on < (SELECT s.starts_on FROM talent.training_session s WHERE s.id = NEW.session)
	    AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'exam % is held before its session begins', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'exam_after_session';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER exam_in_time BEFORE INSERT ON talent.exam
	FOR EACH ROW WHEN (NEW.session IS NOT NULL)
	EXECUTE FUNCTION talent._exam_in_time();

-- A milestone is reached today or was before.
CREATE FUNCTION talent._goal_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.reached_on > talent._today() THEN
		RAISE EXCEPTION 'goal % is reached on %', NEW.key, NEW.reached_on
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'goal_reached';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER goal_in_time BEFORE INSERT OR UPDATE OF reached_on ON talent.goal
	FOR EACH ROW WHEN (NEW.reached_on IS NOT NULL)
	EXECUTE FUNCTION talent._goal_in_time();
