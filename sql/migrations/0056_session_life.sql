-- A training session's whole life, and an enrolment's. Which action leads from which state to which is data: the
-- functions ask it (_life), what they refuse names what it allows, and whoever writes otherwise is held to it.
--
--      create              publish
--     ────────► planned ────────────► published        planned, published:  change, enrol, unenrol, attend
--                │   │                  │   │
--                │   └──────complete────┼───┴───► completed
--                └──────────cancel──────┴───────► cancelled
--
--      enrol                complete
--     ───────► enrolled ───┬───────────────► completed      enrolled:  attend
--               ▲    │     ├─ not_complete ► not_completed
--         enrol │    │     └─ cancel ──────► cancelled
--               │    ▼ unenrol
--             withdrawn
--
-- Only what is completed is counted, once, on the day of completion: no other state ever was or will be.
CREATE TABLE talent.life (
	noun text COLLATE "C" NOT NULL,
	state text COLLATE "C" NOT NULL,
	action text COLLATE "C" NOT NULL,
	becomes text COLLATE "C" NOT NULL,
	place integer NOT NULL,			-- the order in which they are told
	PRIMARY KEY (noun, state, action)
);
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('session', 'planned', 'change', 'planned', 1),
	('session', 'planned', 'publish', 'published', 2),
	('session', 'planned', 'enrol', 'planned', 3),
	('session', 'planned', 'unenrol', 'planned', 4),
	('session', 'planned', 'attend', 'planned', 5),
	('session', 'planned', 'complete', 'completed', 6),
	('session', 'planned', 'cancel', 'cancelled', 7),
	('session', 'published', 'change', 'published', 1),
	('session', 'published', 'enrol', 'published', 3),
	('session', 'published', 'unenrol', 'published', 4),
	('session', 'published', 'attend', 'published', 5),
	('session', 'published', 'complete', 'completed', 6),
	('session', 'published', 'cancel', 'cancelled', 7),
	('enrolment', 'enrolled', 'attend', 'enrolled', 1),
	('enrolment', 'enrolled', 'unenrol', 'withdrawn', 2),
	('enrolment', 'enrolled', 'complete', 'completed', 3),
	('enrolment', 'enrolled', 'not_complete', 'not_completed', 4),
	('enrolment', 'enrolled', 'cancel', 'cancelled', 5),
	('enrolment', 'withdrawn', 'enrol', 'enrolled', 1);
GRANT SELECT ON talent.life TO talent_worker, talent_clerk, talent_jobs;
CREATE TRIGGER life_immutable BEFORE UPDATE OR DELETE ON talent.life
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();

-- States -----------------------------------------------------------------------------------

ALTER TABLE talent.training_session DROP CONSTRAINT training_session_state_check;
ALTER TABLE talent.training_session ADD CONSTRAINT training_session_state_check
	CHECK (state IN ('planned', 'published', 'completed', 'cancelled')) NOT VALID;
ALTER TABLE talent.training_session ADD COLUMN state_since timestamptz;	-- null: recorded_at, or created_at
ALTER TABLE talent.training_session ADD COLUMN state_reason text COLLATE "C";
ALTER TABLE talent.training_session ADD CONSTRAINT training_session_reason
	CHECK (state_reason IS NULL OR state = 'cancelled') NOT VALID;

ALTER TABLE talent.enrolment DROP CONSTRAINT enrolment_state_check;
ALTER TABLE talent.enrolment ADD CONSTRAINT enrolment_state_check
	CHECK (state IN ('enrolled', 'withdrawn', 'completed', 'not_completed', 'cancelled')) NOT VALID;
ALTER TABLE talent.enrolment ADD COLUMN state_since timestamptz;	-- null: since its session's or its own beginning
ALTER TABLE talent.enrolment ADD COLUMN state_reason text COLLATE "C";
ALTER TABLE talent.enrolment ADD CONSTRAINT enrolment_reason
	CHECK (state_reason IS NULL OR state = 'withdrawn') NOT VALID;
-- How hours_attended was recorded before the session was completed; null: with its completion, or not at all.
ALTER TABLE talent.enrolment ADD COLUMN attendance text COLLATE "C"
	CONSTRAINT enrolment_attendance CHECK (attendance IN ('daily', 'total'));

-- Whoever was in a session that an operator cancelled by hand.
DROP TRIGGER enrolment_transition ON talent.enrolment;
UPDATE talent.enrolment e SET state = 'cancelled'
	FROM talent.training_session s WHERE s.id = e.session AND s.state = 'cancelled' AND e.state = 'enrolled';

CREATE FUNCTION talent._life_transition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_user = 'talent_eraser'
	    AND talent._erases(TG_TABLE_NAME, TG_OP, to_jsonb(OLD), to_jsonb(NEW)) THEN
		RETURN NEW;
	END IF;
	PERFORM FROM talent.life l
	WHERE l.noun = TG_ARGV[0] AND l.state = OLD.state AND l.becomes = NEW.state LIMIT 1;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'a % that is % may not become %, or change', TG_ARGV[0], OLD.state, NEW.state
		    USING ERRCODE = 'TA003', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = TG_TABLE_NAME || '_transition';
	END IF;
	RETURN NEW;
END
$$;
DROP TRIGGER training_session_transition ON talent.training_session;
CREATE TRIGGER training_session_transition BEFORE UPDATE ON talent.training_session
	FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW)
	EXECUTE FUNCTION talent._life_transition('session');
CREATE TRIGGER enrolment_transition BEFORE UPDATE ON talent.enrolment
	FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW)
	EXECUTE FUNCTION talent._life_transition('enrolment');

CREATE TRIGGER training_session_facts_immutable BEFORE UPDATE ON talent.training_session FOR EACH ROW
	WHEN ((OLD.id, OLD.institution, OLD.occupation, OLD.edition, OLD.work_type, OLD.level, OLD.created_at)
		IS DISTINCT FROM
		(NEW.id, NEW.institution, NEW.occupation, NEW.edition, NEW.work_type, NEW.level, NEW.created_at))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER enrolment_facts_immutable BEFORE UPDATE ON talent.enrolment FOR EACH ROW
	WHEN ((OLD.id, OLD.session, OLD.person, OLD.created_at) IS DISTINCT FROM
		(NEW.id, NEW.session, NEW.person, NEW.created_at))
	EXECUTE FUNCTION talent._immutable();

-- Seats ------------------------------------------------------------------------------------

-- Nobody is enrolled where nobody may be, and no more than there are seats. The session's row is held, so that
-- two who write at once see each other.
CREATE FUNCTION talent._session_seats() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_session uuid := CASE TG_TABLE_NAME WHEN 'enrolment' THEN (to_jsonb(NEW) ->> 'session')::uuid ELSE NEW.id END;
	_s talent.training_session;
BEGIN
	SELECT * INTO _s FROM talent.training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	IF talent._maintenance() THEN
		RETURN NULL;
	ELSIF NOT EXISTS (SELECT FROM talent.life l
	    WHERE l.noun = 'session' AND l.state = _s.state AND l.action = 'enrol') THEN
		RAISE EXCEPTION 'nobody is enrolled in session % any more', _session
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'enrolment_session_open';
	ELSIF _s.capacity < (SELECT count(*) FROM talent.enrolment e
	    WHERE e.session = _session AND e.state = 'enrolled') THEN
		RAISE EXCEPTION 'session % has only % seats', _session, _s.capacity
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'enrolment_seats';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER enrolment_seats AFTER INSERT ON talent.enrolment
	FOR EACH ROW WHEN (NEW.state = 'enrolled')
	EXECUTE FUNCTION talent._session_seats();
CREATE TRIGGER enrolment_seats_again AFTER UPDATE OF state ON talent.enrolment
	FOR EACH ROW WHEN (NEW.state = 'enrolled' AND OLD.state <> 'enrolled')
	EXECUTE FUNCTION talent._session_seats();
CREATE TRIGGER training_session_seats AFTER UPDATE OF capacity ON talent.training_session
	FOR EACH ROW WHEN (NEW.capacity < OLD.capacity)
	EXECUTE FUNCTION talent._session_seats();

-- Attendance -------------------------------------------------------------------------------

-- Day by day; hours_attended of the enrolment is their sum. Where only a total is known, there is no row.
CREATE TABLE talent.attendance (
	enrolment uuid NOT NULL REFERENCES talent.enrolment,
	day date NOT NULL,
	hours numeric(4,2) NOT NULL CONSTRAINT attendance_hours CHECK (hours BETWEEN 0 AND 24),
	PRIMARY KEY (enrolment, day)
);
GRANT SELECT ON talent.attendance TO talent_worker, talent_clerk, talent_jobs;
CREATE TRIGGER attendance_immutable BEFORE DELETE ON talent.attendance
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();

CREATE FUNCTION talent._attendance_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.training_session s
	WHERE s.id = (SELECT e.session FROM talent.enrolment e WHERE e.id = NEW.enrolment)
	AND NEW.day BETWEEN s.starts_on AND least(s.ends_on, talent._today());
	IF NOT FOUND AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'on % there is no session to attend', NEW.day
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'attendance_in_session';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER attendance_in_time BEFORE INSERT OR UPDATE ON talent.attendance
	FOR EACH ROW EXECUTE FUNCTION talent._attendance_in_time();

-- A session that an exam ends is not moved behind it: the exam holds the session's row, as whoever moves it does.
CREATE INDEX exam_session ON talent.exam (session) WHERE session IS NOT NULL;
CREATE OR REPLACE FUNCTION talent._exam_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_starts_on date;
BEGIN
	SELECT s.starts_on INTO _starts_on FROM talent.training_session s WHERE s.id = NEW.session FOR SHARE;
	IF NEW.held_on < _starts_on AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'exam % is held before its session begins', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'exam_after_session';
	END IF;
	RETURN NEW;
END
$$;

-- Sessions of a state, as they are listed.
CREATE INDEX training_session_state ON talent.training_session (state, id);
