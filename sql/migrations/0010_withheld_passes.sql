-- Passes whose publication day has come and that cannot be published: somebody's standing was
-- withdrawn, the person has been certified elsewhere, a number is taken, an issuer has no key. They
-- wait in a state of their own, which body and administrator see, and are judged anew from time to
-- time; nothing is signed for them.

CREATE TABLE talent.withheld_pass (
	assessment uuid PRIMARY KEY REFERENCES talent.assessment,
	reason text NOT NULL,
	certificate_number text,	-- the certificate or number that stands in the way
	withheld_at timestamptz NOT NULL DEFAULT now(),
	judged_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX withheld_pass_judged ON talent.withheld_pass (judged_at);
CREATE INDEX assessment_withheld ON talent.assessment (id) WHERE state = 'withheld';
CREATE TRIGGER withheld_pass_truncate BEFORE TRUNCATE ON talent.withheld_pass
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.withheld_pass TO talent_worker, talent_clerk;

-- awaiting_publication <-> withheld; either -> annulled; awaiting_publication -> published ->
-- annulled; nothing else of a result ever changes.
DROP TRIGGER assessment_transition ON talent.assessment;
CREATE TRIGGER assessment_transition BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN ((OLD.id, OLD.exam, OLD.person, OLD.name, OLD.attendance, OLD.theory, OLD.skill,
		OLD.review, OLD.supplied_number, OLD.outcome, OLD.failed_parts, OLD.publish_on,
		OLD.recorded_at) IS DISTINCT FROM
		(NEW.id, NEW.exam, NEW.person, NEW.name, NEW.attendance, NEW.theory, NEW.skill,
		NEW.review, NEW.supplied_number, NEW.outcome, NEW.failed_parts, NEW.publish_on,
		NEW.recorded_at)
		OR NOT ((OLD.state, NEW.state) IN (('awaiting_publication', 'published'),
		('awaiting_publication', 'withheld'), ('withheld', 'awaiting_publication'),
		('awaiting_publication', 'annulled'), ('withheld', 'annulled'),
		('published', 'annulled'))))
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
