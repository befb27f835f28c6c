-- A pass that its body's list has numbered and that is withheld because the number is another one's by now gets another one
-- by a second list.
--
--     number_taken     number
--     ───────► withheld ───► awaiting_publication
INSERT INTO talent.life (noun, state, action, becomes, place) VALUES
	('assessment', 'withheld', 'number', 'awaiting_publication', 4);

-- As in 0063: a number and its day come together, to a pass that waits for them, or once more to such a pass.
DROP TRIGGER assessment_facts ON talent.assessment;
CREATE TRIGGER assessment_facts BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN ((OLD.id, OLD.exam, OLD.person, OLD.name, OLD.attendance, OLD.theory, OLD.skill,
		OLD.review, OLD.outcome, OLD.failed_parts, OLD.window_to, OLD.awaited_number,
		OLD.recorded_at) IS DISTINCT FROM
		(NEW.id, NEW.exam, NEW.person, NEW.name, NEW.attendance, NEW.theory, NEW.skill,
		NEW.review, NEW.outcome, NEW.failed_parts, NEW.window_to, NEW.awaited_number,
		NEW.recorded_at)
		OR ((OLD.supplied_number, OLD.printed_on) IS DISTINCT FROM (NEW.supplied_number, NEW.printed_on)
		AND NOT ((OLD.state = 'awaiting_number' OR OLD.state = 'withheld' AND OLD.awaited_number)
		AND NEW.state = 'awaiting_publication'
		AND num_nulls(NEW.supplied_number, NEW.printed_on) = 0))
		OR (OLD.state = 'awaiting_number' AND NEW.state = 'awaiting_publication' AND NEW.printed_on IS NULL)
		OR (NEW.publish_on IS DISTINCT FROM OLD.publish_on
		AND (OLD.state NOT IN ('awaiting_publication', 'awaiting_number') OR NEW.state <> OLD.state
		OR NEW.publish_on IS NULL
		OR NEW.promised_on IS DISTINCT FROM coalesce(OLD.promised_on, OLD.publish_on)))
		OR (NEW.publish_on IS NOT DISTINCT FROM OLD.publish_on
		AND (NEW.state = OLD.state OR NEW.promised_on IS DISTINCT FROM OLD.promised_on)))
	EXECUTE FUNCTION talent._transition();
