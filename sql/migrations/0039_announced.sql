-- Whoever holds an exam is in standing on the day that it is held and on the day that it is announced, the body
-- and, in a dual exam, the company and their agreement; what is announced after it was held needs a reason, which
-- administrators give. Otherwise a body whose accreditation has ended could issue for ever by announcing old days.
-- Days are Shanghai's. What was announced before this, and recorded history, has no such day: the day on which
-- it was held alone counts. The owner's repairs (talent.maintenance) are exempt.

ALTER TABLE talent.exam
	ADD COLUMN announced_on date,
	ADD COLUMN late_reason text CHECK (length(late_reason) BETWEEN 1 AND 1000);
ALTER TYPE talent.new_exam ADD ATTRIBUTE late_reason text;

CREATE FUNCTION talent._exam_announced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF talent._maintenance() THEN
		RETURN NEW;
	END IF;
	-- Standing does not change while it is judged.
	PERFORM talent._guard_share(7101, least(NEW.body, NEW.partner)),
	    talent._guard_share(7101, greatest(NEW.body, NEW.partner));
	NEW.announced_on := talent._today();
	IF NEW.held_on < NEW.announced_on AND NEW.late_reason IS NULL THEN
		RAISE EXCEPTION 'exam % was held on %', NEW.id, NEW.held_on
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'exam_announced_late';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER announced BEFORE INSERT ON talent.exam
	FOR EACH ROW EXECUTE FUNCTION talent._exam_announced();

-- With the row in place it is judged as its results will be.
CREATE FUNCTION talent._exam_standing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_standing text;
BEGIN
	SELECT f.standing INTO _standing FROM talent.exam_facts f WHERE f.id = NEW.id;
	IF _standing NOT IN ('ok', 'exam_closed') AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'exam % without standing: %', NEW.id, _standing
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, DETAIL = _standing,
		    CONSTRAINT = 'exam_standing';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER standing AFTER INSERT ON talent.exam
	FOR EACH ROW EXECUTE FUNCTION talent._exam_standing();

CREATE TRIGGER exam_announcement_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN ((OLD.announced_on, OLD.late_reason) IS DISTINCT FROM (NEW.announced_on, NEW.late_reason))
	EXECUTE FUNCTION talent._immutable();
