-- The plan of an exam and who staffs it, filed by its body before it is held: how many are expected, in how many rooms
-- and at how many stations, how many invigilate, who assesses and who supervises (考评员、督导员) with the numbers of
-- their cards, and how many sit on the panel of a comprehensive review. What is filed anew is another version; the last
-- one is in force. Whether ratios are asked for, the policy says; what was missing when it was filed stays noted.
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('exam', 'open', 'plan', 'open', 3);

CREATE TABLE talent.exam_plan (
	id uuid PRIMARY KEY,
	exam uuid NOT NULL REFERENCES talent.exam,
	version integer NOT NULL CHECK (version > 0),
	candidates integer NOT NULL CHECK (candidates BETWEEN 1 AND 10000),
	rooms integer NOT NULL CHECK (rooms BETWEEN 1 AND 1000),
	stations integer CHECK (stations BETWEEN 1 AND 10000),
	invigilators integer NOT NULL CHECK (invigilators BETWEEN 0 AND 2000),
	panel integer CHECK (panel BETWEEN 0 AND 99),
	lacks text[] NOT NULL DEFAULT '{}',	-- words of _staffing_lacks; empty also when nobody asked
	filed_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT exam_plan_version_key UNIQUE (exam, version)
);
CREATE TABLE talent.exam_staff (
	plan uuid NOT NULL REFERENCES talent.exam_plan,
	role text COLLATE "C" NOT NULL CHECK (role IN ('assessor', 'supervisor')),
	number text COLLATE "C" NOT NULL CHECK (length(number) BETWEEN 1 AND 40),
	name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
	PRIMARY KEY (plan, role, number)
);
GRANT SELECT ON talent.exam_plan, talent.exam_staff TO talent_worker, talent_jobs, talent_clerk;
CREATE TRIGGER exam_plan_immutable BEFORE UPDATE OR DELETE ON talent.exam_plan
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER exam_plan_truncate BEFORE TRUNCATE ON talent.exam_plan
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER exam_staff_immutable BEFORE UPDATE OR DELETE ON talent.exam_staff
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER exam_staff_truncate BEFORE TRUNCATE ON talent.exam_staff
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();

-- Whoever writes: of an exam that is open and not over.
CREATE FUNCTION talent._plan_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.exam e JOIN talent.life l ON l.noun = 'exam' AND l.state = e.state AND l.action = 'plan'
	WHERE e.id = NEW.exam AND e.held_on >= talent._today();
	IF NOT FOUND AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'exam % is not planned any more', NEW.exam
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = 'exam_plan_in_time';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER exam_plan_in_time BEFORE INSERT ON talent.exam_plan
	FOR EACH ROW EXECUTE FUNCTION talent._plan_in_time();

CREATE TYPE talent.new_exam_staff AS (
	role text,
	number text,
	name text
);
CREATE TYPE talent.new_exam_plan AS (
	id uuid,
	exam uuid,
	candidates integer,
	rooms integer,
	invigilators integer,
	staff talent.new_exam_staff[]
);

INSERT INTO talent.policy (name, title, title_en, applies_to, applies_to_en, words) VALUES
	('exam_staffing', '考务人员配备比例', 'ratios of the staff of exams',
	'自该日起报备的考务计划：off 不核对，warn 提示，refuse 不足不受理',
	'plans filed from that day on: off, not asked; warn, told; refuse, not taken when there are too few', '{off,warn,refuse}');
INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES
	('exam_staffing', 1, 'warn', '-infinity', 'as it was');
