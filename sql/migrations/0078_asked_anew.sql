-- An exam that is changed is judged as announced that day, also in whom it admits: another day, level or work type takes
-- over what the policies say by then. What keeps all three keeps what it asks.
CREATE FUNCTION talent._asked_today() RETURNS jsonb LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN jsonb_build_object('age', _policy('eligibility_age', _today()),
	    'age_min', _policy('eligibility_age_min', _today())::int,
	    'prerequisite', _policy('eligibility_prerequisite', _today()),
	    'interval_days', _policy('eligibility_interval_days', _today())::int,
	    'level_held', _policy('eligibility_level_held', _today()));
END
$$;
CREATE OR REPLACE FUNCTION talent._exam_asks() RETURNS trigger LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	NEW.eligibility := _asked_today();
	RETURN NEW;
END
$$;
DROP TRIGGER exam_eligibility_immutable ON talent.exam;
CREATE TRIGGER exam_eligibility_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (NEW.eligibility IS DISTINCT FROM OLD.eligibility
		AND (NEW.held_on, NEW.level, NEW.work_type) IS NOT DISTINCT FROM (OLD.held_on, OLD.level, OLD.work_type))
	EXECUTE FUNCTION talent._immutable();
UPDATE talent.policy SET applies_to = '自该日起登记，或变更日期、等级、工种的考试；其他已登记的考试不变',
	applies_to_en = 'exams announced, or changed in day, level or work type, from that day on; others keep theirs'
WHERE name LIKE 'eligibility\_%';
