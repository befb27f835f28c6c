-- An announced exam may be moved to the standard that follows its own, with that one's occupation, edition and work
-- type, until the day on which it is held: before that it has no result. What was held keeps what it was held under.
-- Standing on the day of its announcement was judged for what was announced then; from the move on that of the day on
-- which it is held counts, under the standard that it is held under.
-- A standard may end although exams are announced for later days: they take no results until they are moved.

ALTER TABLE talent.exam ADD COLUMN moved_on date;	-- null: it never was

DROP TRIGGER exam_facts_immutable ON talent.exam;
CREATE TRIGGER exam_facts_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN ((OLD.id, OLD.body, OLD.level, OLD.partner, OLD.held_on, OLD.district) IS DISTINCT FROM
		(NEW.id, NEW.body, NEW.level, NEW.partner, NEW.held_on, NEW.district))
	EXECUTE FUNCTION talent._immutable();

DROP TRIGGER exam_standard_immutable ON talent.exam;
CREATE FUNCTION talent._exam_to_come(_exam talent.exam) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN _exam.state = 'open' AND _exam.held_on > talent._today();
END
$$;
CREATE TRIGGER exam_standard_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (((OLD.occupation, OLD.edition, OLD.work_type) <> (NEW.occupation, NEW.edition, NEW.work_type)
		OR (OLD.standard IS NOT NULL AND NEW.standard IS DISTINCT FROM OLD.standard))
		AND (NEW.standard IS NULL OR NEW.standard = OLD.standard OR NOT talent._exam_to_come(OLD)))
	EXECUTE FUNCTION talent._immutable();
CREATE FUNCTION talent._exam_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.moved_on := talent._today();
	RETURN NEW;
END
$$;
CREATE TRIGGER moved BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (OLD.standard IS NOT NULL AND NEW.standard <> OLD.standard)
	EXECUTE FUNCTION talent._exam_moved();
CREATE TRIGGER exam_move_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (OLD.moved_on IS DISTINCT FROM NEW.moved_on AND NEW.standard IS NOT DISTINCT FROM OLD.standard)
	EXECUTE FUNCTION talent._immutable();
-- It is judged anew, as when it was announced.
CREATE TRIGGER standing_moved AFTER UPDATE ON talent.exam FOR EACH ROW
	WHEN (OLD.standard IS NOT NULL AND NEW.standard <> OLD.standard)
	EXECUTE FUNCTION talent._exam_standing();
ALTER TABLE talent.exam ADD CONSTRAINT exam_standard_of_occupation
	FOREIGN KEY (standard, occupation, edition) REFERENCES talent.standard (id, occupation, edition) NOT VALID;

DROP FUNCTION IF EXISTS talent.standard_end(uuid, text, bytea, bytea, uuid, date, text);
