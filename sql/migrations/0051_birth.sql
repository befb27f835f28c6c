-- Nobody is examined or trained before birth. The day of birth comes along with a person, is compared on the way in
-- and is not kept: beside the four digits that are shown it would nearly be the number. Null: the document does not
-- say it, or the caller is of the version before.
ALTER TYPE talent.new_person ADD ATTRIBUTE born date;
ALTER TABLE talent.assessment ADD COLUMN born date;
ALTER TABLE talent.enrolment ADD COLUMN born date;

CREATE FUNCTION talent._after_birth() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_day date;
BEGIN
	IF TG_TABLE_NAME = 'assessment' THEN
		SELECT e.held_on INTO _day FROM talent.exam e WHERE e.id = NEW.exam;
	ELSE
		SELECT s.starts_on INTO _day FROM talent.training_session s WHERE s.id = NEW.session;
	END IF;
	IF NEW.born > _day THEN
		RAISE EXCEPTION '% % is of somebody who was not born yet', TG_TABLE_NAME, NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = TG_TABLE_NAME || '_after_birth';
	END IF;
	NEW.born := NULL;
	RETURN NEW;
END
$$;
CREATE TRIGGER assessment_after_birth BEFORE INSERT OR UPDATE OF born ON talent.assessment
	FOR EACH ROW WHEN (NEW.born IS NOT NULL)
	EXECUTE FUNCTION talent._after_birth();
CREATE TRIGGER enrolment_after_birth BEFORE INSERT OR UPDATE OF born ON talent.enrolment
	FOR EACH ROW WHEN (NEW.born IS NOT NULL)
	EXECUTE FUNCTION talent._after_birth();
