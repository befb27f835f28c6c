-- The company of a dual exam confirms a pass or vetoes it, until the last day of its window. It says nothing: from
-- the next day on it has confirmed. A decision is for good, and moves the day of publication to the first on which
-- nothing else is waited for; of a pass that was vetoed the public certificate is published alone.
--
--      submit           confirm
--     ────────► open ────┬────► confirmed
--                        └────► vetoed
--                     veto
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('company_window', 'open', 'confirm', 'confirmed', 1),
	('company_window', 'open', 'veto', 'vetoed', 2);

CREATE TABLE talent.company_decision (
	assessment uuid PRIMARY KEY REFERENCES talent.assessment,
	decision text COLLATE "C" NOT NULL CHECK (decision IN ('confirmed', 'vetoed')),
	reason text COLLATE "C",
	note text,
	decided_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT company_decision_reason CHECK ((decision = 'vetoed') = (reason IS NOT NULL))
);
GRANT SELECT ON talent.company_decision TO talent_worker, talent_jobs, talent_clerk;
CREATE TRIGGER company_decision_immutable BEFORE UPDATE OR DELETE ON talent.company_decision
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER company_decision_truncate BEFORE TRUNCATE ON talent.company_decision
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();

-- The last day of the window (null: there is none), and the day of publication that was told first, if it was moved.
ALTER TABLE talent.assessment ADD COLUMN window_to date;
ALTER TABLE talent.assessment ADD COLUMN promised_on date;

-- Whoever decides, and whoever writes otherwise: it is the company's to decide, in time, before anything is published.
CREATE FUNCTION talent._company_decides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.assessment a
	WHERE a.id = NEW.assessment AND a.state = 'awaiting_publication' AND a.window_to >= talent._today();
	IF NOT FOUND AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'assessment % does not wait for its company', NEW.assessment
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'company_decision_in_time';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER company_decision_in_time BEFORE INSERT ON talent.company_decision
	FOR EACH ROW EXECUTE FUNCTION talent._company_decides();

-- Passes that wait already have the window that their exam's agreement gave them.
ALTER TABLE talent.assessment DISABLE TRIGGER USER;
UPDATE talent.assessment a SET window_to = (a.recorded_at AT TIME ZONE 'Asia/Shanghai')::date + g.window_days
FROM talent.exam e
CROSS JOIN LATERAL (
	SELECT x.window_days FROM talent.agreement x
	JOIN talent.agreement_title t ON t.agreement = x.id AND t.occupation = e.occupation
		AND t.edition = e.edition AND t.work_type = e.work_type AND t.level = e.level
	WHERE x.body = e.body AND x.company = e.partner AND x.state = 'approved'
	AND e.held_on BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	ORDER BY x.valid_from DESC, x.id LIMIT 1
) g
WHERE e.id = a.exam AND a.state = 'awaiting_publication' AND g.window_days > 0;
ALTER TABLE talent.assessment ENABLE TRIGGER USER;

-- The life of a result, which was written into a trigger until now:
--
--                        publish
--     awaiting_publication ────► published
--        │ ▲     │                   │
--  withhold│ reconsider   annul      │ annul
--        ▼ │     └────────► annulled ◄
--     withheld ───── annul ────┘
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('assessment', 'awaiting_publication', 'publish', 'published', 1),
	('assessment', 'awaiting_publication', 'withhold', 'withheld', 2),
	('assessment', 'awaiting_publication', 'annul', 'annulled', 3),
	('assessment', 'withheld', 'reconsider', 'awaiting_publication', 1),
	('assessment', 'withheld', 'annul', 'annulled', 2),
	('assessment', 'published', 'annul', 'annulled', 1);

-- Nothing else of a result ever changes, but the day of publication while it is waited for: then the one that was
-- told first is kept.
DROP TRIGGER assessment_transition ON talent.assessment;
CREATE TRIGGER assessment_facts BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN ((OLD.id, OLD.exam, OLD.person, OLD.name, OLD.attendance, OLD.theory, OLD.skill,
		OLD.review, OLD.supplied_number, OLD.outcome, OLD.failed_parts, OLD.window_to,
		OLD.recorded_at) IS DISTINCT FROM
		(NEW.id, NEW.exam, NEW.person, NEW.name, NEW.attendance, NEW.theory, NEW.skill,
		NEW.review, NEW.supplied_number, NEW.outcome, NEW.failed_parts, NEW.window_to,
		NEW.recorded_at)
		OR (NEW.publish_on IS DISTINCT FROM OLD.publish_on
		AND (OLD.state <> 'awaiting_publication' OR NEW.state <> OLD.state OR NEW.publish_on IS NULL
		OR NEW.promised_on IS DISTINCT FROM coalesce(OLD.promised_on, OLD.publish_on)))
		OR (NEW.publish_on IS NOT DISTINCT FROM OLD.publish_on
		AND (NEW.state = OLD.state OR NEW.promised_on IS DISTINCT FROM OLD.promised_on)))
	EXECUTE FUNCTION talent._transition();
CREATE TRIGGER assessment_transition BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN (OLD.state <> NEW.state)
	EXECUTE FUNCTION talent._life_transition('assessment');

-- A result and its certificates. As in 0025, but for the pass that its company has vetoed: one certificate.
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
	_pair := _e.partner IS NOT NULL;
	IF _pair AND NEW.window_to IS NOT NULL THEN
		_pair := NOT EXISTS (SELECT FROM talent.company_decision d
		    WHERE d.assessment = NEW.id AND d.decision = 'vetoed');
	END IF;
	-- Anything but a pass has none: certificate_in_time admits certificates of passes only.
	IF NEW.outcome = 'pass' AND (CASE NEW.state
	    WHEN 'published' THEN _n <> 1 + _pair::int OR _n_company <> _pair::int OR _n_void <> 0
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
