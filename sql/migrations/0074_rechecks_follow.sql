-- A result that is checked again may be corrected in something else, a name or a document, and its mark stays: then nobody
-- has answered, and its re-check follows to the result that takes its place, as certificates do, open or answered. What
-- corrects the mark answers, as before. Drawn as in 0069.

-- Only that it is of the result that corrects the other one, in that transaction.
CREATE FUNCTION talent._recheck_follows(_old talent.recheck, _new talent.recheck) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN to_jsonb(_old) - 'assessment' = to_jsonb(_new) - 'assessment' AND EXISTS (
	    SELECT FROM talent.assessment a WHERE a.id = (_new).assessment AND a.supersedes = (_old).assessment
	    AND a.xact = pg_current_xact_id());
END
$$;
GRANT EXECUTE ON FUNCTION talent._recheck_follows(talent.recheck, talent.recheck) TO talent_eraser;
DROP TRIGGER recheck_facts_immutable ON talent.recheck;
CREATE TRIGGER recheck_facts_immutable BEFORE UPDATE ON talent.recheck FOR EACH ROW
	WHEN (((OLD.id, OLD.exam, OLD.body, OLD.reason, OLD.note, OLD.asked_at, OLD.answer_by) IS DISTINCT FROM
		(NEW.id, NEW.exam, NEW.body, NEW.reason, NEW.note, NEW.asked_at, NEW.answer_by))
		OR (OLD.assessment <> NEW.assessment AND NOT talent._recheck_follows(OLD, NEW)))
	EXECUTE FUNCTION talent._immutable();
DROP TRIGGER recheck_transition ON talent.recheck;
CREATE TRIGGER recheck_transition BEFORE UPDATE ON talent.recheck FOR EACH ROW
	WHEN (OLD IS DISTINCT FROM NEW AND (OLD.assessment = NEW.assessment OR OLD.state <> NEW.state))
	EXECUTE FUNCTION talent._life_transition('recheck');

-- Whoever writes: as in 0069; what a correction answers is seen when the corrected result is there.
CREATE OR REPLACE FUNCTION talent._assessment_rechecked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.state = 'published' THEN
		IF (SELECT r.state FROM talent.recheck r WHERE r.assessment = NEW.id) = 'open' AND NOT talent._maintenance() THEN
			RAISE EXCEPTION 'assessment % is being checked', NEW.id
			    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = 'assessment_rechecked';
		END IF;
	ELSE
		UPDATE talent.recheck r SET answered_at = now(), state = 'lapsed'
		WHERE r.assessment = NEW.id AND r.state = 'open';
	END IF;
	RETURN NEW;
END
$$;
DROP TRIGGER assessment_rechecked ON talent.assessment;
CREATE TRIGGER assessment_rechecked BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN (OLD.state <> NEW.state AND NEW.state IN ('published', 'annulled'))
	EXECUTE FUNCTION talent._assessment_rechecked();
CREATE FUNCTION talent._recheck_corrected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM talent.assessment a WHERE a.id = NEW.supersedes
	AND (a.attendance, a.theory, a.skill, a.review)
	    IS NOT DISTINCT FROM (NEW.attendance, NEW.theory, NEW.skill, NEW.review);
	IF FOUND THEN
		UPDATE talent.recheck r SET assessment = NEW.id WHERE r.assessment = NEW.supersedes;
	ELSE
		UPDATE talent.recheck r SET answered_at = now(), state = 'changed'
		WHERE r.assessment = NEW.supersedes AND r.state = 'open';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER recheck_corrected AFTER INSERT ON talent.assessment FOR EACH ROW
	WHEN (NEW.supersedes IS NOT NULL)
	EXECUTE FUNCTION talent._recheck_corrected();
