-- A site may be given its numbers after its results: then a pass waits for the one that its body's list gives it. The
-- list also says which day is printed: on it the public certificate was issued, whenever it is signed here.
ALTER TABLE talent.site
	DROP CONSTRAINT site_number_mode,
	ADD CONSTRAINT site_number_mode CHECK (number_mode IN ('minted', 'supplied', 'supplied_later'));

-- Whether it was submitted without a number and had to wait for one, and what was printed on its paper.
ALTER TABLE talent.assessment ADD COLUMN awaited_number boolean NOT NULL DEFAULT false;
ALTER TABLE talent.assessment ADD COLUMN printed_on date;
CREATE INDEX assessment_awaiting_number ON talent.assessment (id) WHERE state = 'awaiting_number';

--     submit               number
--     ──────► awaiting_number ───► awaiting_publication
--                   ├── annul ───► annulled
--                   └── correct ─► superseded
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('assessment', 'awaiting_number', 'number', 'awaiting_publication', 1),
	('assessment', 'awaiting_number', 'annul', 'annulled', 2),
	('assessment', 'awaiting_number', 'correct', 'superseded', 3);

CREATE TYPE talent.given_number AS (
	person talent.new_person, number text, printed_on date
);

-- What a certificate was issued on may be another day than it is signed.
DROP FUNCTION IF EXISTS talent._pair_store(talent.exam_facts, uuid, uuid, text, timestamptz, talent.new_certificate[]);

-- A number and its day come together, once, to a pass that waits for them.
DROP TRIGGER assessment_facts ON talent.assessment;
CREATE TRIGGER assessment_facts BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN ((OLD.id, OLD.exam, OLD.person, OLD.name, OLD.attendance, OLD.theory, OLD.skill,
		OLD.review, OLD.outcome, OLD.failed_parts, OLD.window_to, OLD.awaited_number,
		OLD.recorded_at) IS DISTINCT FROM
		(NEW.id, NEW.exam, NEW.person, NEW.name, NEW.attendance, NEW.theory, NEW.skill,
		NEW.review, NEW.outcome, NEW.failed_parts, NEW.window_to, NEW.awaited_number,
		NEW.recorded_at)
		OR ((OLD.supplied_number, OLD.printed_on) IS DISTINCT FROM (NEW.supplied_number, NEW.printed_on)
		AND NOT (OLD.state = 'awaiting_number' AND NEW.state = 'awaiting_publication'
		AND num_nulls(NEW.supplied_number, NEW.printed_on) = 0))
		OR (OLD.state = 'awaiting_number' AND NEW.state = 'awaiting_publication' AND NEW.printed_on IS NULL)
		OR (NEW.publish_on IS DISTINCT FROM OLD.publish_on
		AND (OLD.state NOT IN ('awaiting_publication', 'awaiting_number') OR NEW.state <> OLD.state
		OR NEW.publish_on IS NULL
		OR NEW.promised_on IS DISTINCT FROM coalesce(OLD.promised_on, OLD.publish_on)))
		OR (NEW.publish_on IS NOT DISTINCT FROM OLD.publish_on
		AND (NEW.state = OLD.state OR NEW.promised_on IS DISTINCT FROM OLD.promised_on)))
	EXECUTE FUNCTION talent._transition();

-- As in 0062, also while the number is waited for.
CREATE OR REPLACE FUNCTION talent._company_decides() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.assessment a
	WHERE a.id = NEW.assessment AND ((a.state IN ('awaiting_publication', 'awaiting_number') AND a.window_to >= talent._today())
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

-- A result in itself, as in 0062: a pass waits for its number, which has none.
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
	    WHEN 'awaiting_number' THEN NEW.annulled_on IS NULL AND NEW.outcome = 'pass'
	        AND NEW.publish_on IS NOT NULL AND NEW.awaited_number
	        AND num_nonnulls(NEW.supplied_number, NEW.printed_on) = 0
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

-- As in 0013: a certificate is issued now, or on the day that was printed.
CREATE OR REPLACE FUNCTION talent._certificate_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
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
	    OR NEW.number !~ (CASE NEW.kind
	        WHEN 'skill_grade' THEN '^[YSJ][0-9]{14}[1-5][0-9]{6}$'
	        WHEN 'company' THEN '^[A-Z0-9]+(-[A-Z0-9]+)*-[0-9]{4}-[0-9]{8}$'
	        ELSE '^[-0-9A-Z]+$' END)
	    OR NEW.issued_on <> (NEW.issued_at AT TIME ZONE 'Asia/Shanghai')::date
	    OR (NEW.issued_at NOT BETWEEN now() - interval '10 minutes' AND now() + interval '1 minute'
	        AND NOT EXISTS (SELECT FROM talent.assessment a WHERE a.id = NEW.assessment AND NEW.kind = 'skill_grade'
	            AND NEW.issued_at = a.printed_on::timestamp AT TIME ZONE 'Asia/Shanghai')
	        AND NOT talent._maintenance()) THEN
		RAISE EXCEPTION 'certificate number % or date %', NEW.number, NEW.issued_on
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_form';
	END IF;
	RETURN NEW;
END
$$;
