-- While an announced exam is open and no result of it is there, its day, site, session, work type, level, days of
-- publicity and group of candidates may be changed; it is announced anew by that, and judged as if it had been
-- announced so on that day. What is final: whose it is, its code, its occupation (another edition's standard is a move)
-- and its partner, who was told of it: another one is another exam.
--
--     announce        close
--     ────────► open ───────► closed            open: change
--                │  ◄─────── │
--                │   reopen  │
--                └── cancel ─┴──────► cancelled
--
-- That it is held needs nobody to say so: from its day on it takes results.
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('exam', 'open', 'change', 'open', 0);

-- Who its candidates are; null: nobody said.
ALTER TABLE talent.exam ADD COLUMN candidate_group text COLLATE "C"
	CONSTRAINT exam_candidate_group CHECK (candidate_group IN ('own_staff', 'students', 'commissioned', 'public'));
ALTER TYPE talent.new_exam ADD ATTRIBUTE candidate_group text;
CREATE INDEX exam_group ON talent.exam (candidate_group, id);

-- Null: stays. no_session: it ends no session any more.
CREATE TYPE talent.exam_terms AS (
	held_on date,
	site uuid,
	session uuid,
	no_session boolean,
	work_type text,
	level text,
	candidate_group text,
	note text,
	late_reason text
);

DROP TRIGGER exam_facts_immutable ON talent.exam;
CREATE TRIGGER exam_facts_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN ((OLD.id, OLD.body, OLD.code, OLD.partner, OLD.district, OLD.created_at) IS DISTINCT FROM
		(NEW.id, NEW.body, NEW.code, NEW.partner, NEW.district, NEW.created_at))
	EXECUTE FUNCTION talent._immutable();
DROP TRIGGER exam_site_immutable ON talent.exam;

-- Another standard: it is moved before it is held, or its new day is one of that standard.
DROP TRIGGER exam_standard_immutable ON talent.exam;
CREATE TRIGGER exam_standard_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (((OLD.occupation, OLD.edition) <> (NEW.occupation, NEW.edition)
		OR (OLD.standard IS NOT NULL AND NEW.standard IS DISTINCT FROM OLD.standard))
		AND (NEW.standard IS NULL OR NEW.standard = OLD.standard
		OR (NEW.held_on = OLD.held_on AND NOT talent._exam_to_come(OLD))))
	EXECUTE FUNCTION talent._immutable();
DROP TRIGGER moved ON talent.exam;
CREATE TRIGGER moved BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (OLD.standard IS NOT NULL AND NEW.standard <> OLD.standard AND NEW.held_on = OLD.held_on)
	EXECUTE FUNCTION talent._exam_moved();

-- The day of announcement and the reason for a late one follow what is announced, and nothing else.
DROP TRIGGER exam_announcement_immutable ON talent.exam;
CREATE TRIGGER exam_announcement_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN ((OLD.announced_on, OLD.late_reason) IS DISTINCT FROM (NEW.announced_on, NEW.late_reason)
		AND (OLD.held_on, OLD.site, OLD.session, OLD.work_type, OLD.level, OLD.publicity_days, OLD.candidate_group)
		IS NOT DISTINCT FROM
		(NEW.held_on, NEW.site, NEW.session, NEW.work_type, NEW.level, NEW.publicity_days, NEW.candidate_group))
	EXECUTE FUNCTION talent._immutable();

-- Whoever writes. A move (another standard for the same day) has rules of its own.
CREATE FUNCTION talent._exam_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_constraint text;
	_results boolean;
BEGIN
	IF talent._maintenance() THEN
		RETURN NEW;
	END IF;
	-- Neither standing nor results change while it is judged.
	PERFORM talent._guard_share(7101, least(NEW.body, NEW.partner)),
	    talent._guard_share(7101, greatest(NEW.body, NEW.partner)),
	    talent._guard_alone(7102, NEW.id);
	NEW.announced_on := talent._today();
	SELECT true INTO _results FROM talent.assessment a
	WHERE a.exam = NEW.id AND a.state <> 'superseded' LIMIT 1;
	_constraint := CASE
	    WHEN NOT EXISTS (SELECT FROM talent.life l
	        WHERE l.noun = 'exam' AND l.state = OLD.state AND l.action = 'change') OR NEW.state <> OLD.state
	        THEN 'exam_open'
	    WHEN _results THEN 'exam_without_results'
	    WHEN least(OLD.held_on, NEW.held_on) < NEW.announced_on AND NEW.late_reason IS NULL THEN 'exam_announced_late'
	    WHEN NOT EXISTS (SELECT FROM talent.standard s WHERE s.id = NEW.standard
	        AND NEW.held_on BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity')) THEN 'exam_standard'
	    END;
	IF _constraint IS NOT NULL THEN
		RAISE EXCEPTION 'exam % is not changed so', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = _constraint;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER exam_changed BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN ((OLD.held_on, OLD.site, OLD.session, OLD.level, OLD.publicity_days, OLD.candidate_group)
		IS DISTINCT FROM (NEW.held_on, NEW.site, NEW.session, NEW.level, NEW.publicity_days, NEW.candidate_group)
		OR (OLD.work_type <> NEW.work_type AND NEW.standard IS NOT DISTINCT FROM OLD.standard))
	EXECUTE FUNCTION talent._exam_changed();
CREATE TRIGGER standing_changed AFTER UPDATE ON talent.exam FOR EACH ROW
	WHEN ((OLD.held_on, OLD.site, OLD.level, OLD.work_type) IS DISTINCT FROM
		(NEW.held_on, NEW.site, NEW.level, NEW.work_type))
	EXECUTE FUNCTION talent._exam_standing();
CREATE TRIGGER exam_in_time_again BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (NEW.session IS NOT NULL
		AND (NEW.session, NEW.held_on) IS DISTINCT FROM (OLD.session, OLD.held_on))
	EXECUTE FUNCTION talent._exam_in_time();
