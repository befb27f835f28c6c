-- An exam's life, as the table of 0056 says it of sessions and enrolments: closed by its body and re-opened by an
-- administrator, or cancelled while it has no result.
--
--     announce        close
--     ────────► open ───────► closed
--                │  ◄─────── │
--                │   reopen  │
--                └── cancel ─┴──────► cancelled
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('exam', 'open', 'close', 'closed', 1),
	('exam', 'open', 'cancel', 'cancelled', 2),
	('exam', 'closed', 'reopen', 'open', 1),
	('exam', 'closed', 'cancel', 'cancelled', 2);

ALTER TABLE talent.exam DROP CONSTRAINT exam_state_check;
ALTER TABLE talent.exam ADD CONSTRAINT exam_state_check CHECK (state IN ('open', 'closed', 'cancelled')) NOT VALID;
ALTER TABLE talent.exam ADD COLUMN state_since timestamptz;	-- null: since it was announced
ALTER TABLE talent.exam ADD COLUMN state_reason text COLLATE "C";
ALTER TABLE talent.exam ADD CONSTRAINT exam_reason CHECK (state_reason IS NULL OR state = 'cancelled') NOT VALID;

CREATE TRIGGER exam_transition BEFORE UPDATE ON talent.exam
	FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
	EXECUTE FUNCTION talent._life_transition('exam');

-- Whoever writes: the exam's guard is held alone, so that no result comes meanwhile.
CREATE FUNCTION talent._exam_without_results() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM talent._guard_alone(7102, NEW.id);
	PERFORM FROM talent.assessment a WHERE a.exam = NEW.id LIMIT 1;
	IF FOUND AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'exam % has results', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, CONSTRAINT = 'exam_without_results';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER exam_without_results BEFORE UPDATE OF state ON talent.exam
	FOR EACH ROW WHEN (NEW.state = 'cancelled' AND OLD.state <> 'cancelled')
	EXECUTE FUNCTION talent._exam_without_results();
