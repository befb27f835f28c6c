-- Who may be examined: old enough, far enough from the level below, not above the level already. What a standard says
-- of it is in its versions; whether somebody whom it speaks against is let by, noted or refused is a policy, and an
-- exam keeps what the policies said on the day of its announcement. What was announced before asks nothing.

ALTER TABLE talent.policy DROP CONSTRAINT policy_unit_check;
ALTER TABLE talent.policy ADD CONSTRAINT policy_unit_check CHECK (unit IN ('days', 'years'));
INSERT INTO talent.policy (name, title, title_en, applies_to, applies_to_en, unit, least, most, words) VALUES
	('eligibility_age', '申报年龄条件', 'candidates below the least age',
	'自该日起登记的考试；已登记的考试不变', 'exams announced from that day on; those announced before keep theirs',
	NULL, NULL, NULL, '{off,warn,refuse}'),
	('eligibility_age_min', '最低申报年龄（职业标准另有规定的从其规定）', 'least age on the day of the exam, unless the standard names one',
	'自该日起登记的考试；已登记的考试不变', 'exams announced from that day on; those announced before keep theirs',
	'years', 0, 100, NULL),
	('eligibility_prerequisite', '申报条件（等级、年限、学历）', 'candidates who meet none of a level''s conditions',
	'自该日起登记的考试；已登记的考试不变', 'exams announced from that day on; those announced before keep theirs',
	NULL, NULL, NULL, '{off,warn,refuse}'),
	('eligibility_interval_days', '晋级间隔天数（职业标准未列申报条件时）',
	'fewest days since the certificate of a level below, where the standard names no condition',
	'自该日起登记的考试；已登记的考试不变', 'exams announced from that day on; those announced before keep theirs',
	'days', 0, 36500, NULL),
	('eligibility_level_held', '已持有更高等级证书', 'candidates who hold a higher level already',
	'自该日起登记的考试；已登记的考试不变', 'exams announced from that day on; those announced before keep theirs',
	NULL, NULL, NULL, '{off,warn,refuse}');
-- Nobody works before 16 (Labour Law, article 15), which newer standards name too; what a certificate elsewhere would
-- answer is noted, and refused when the authority says so.
INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES
	('eligibility_age', 1, 'refuse', '-infinity', 'from the first version that asks'),
	('eligibility_age_min', 1, '16', '-infinity', 'from the first version that asks'),
	('eligibility_prerequisite', 1, 'warn', '-infinity', 'from the first version that asks'),
	('eligibility_interval_days', 1, '365', '-infinity', 'from the first version that asks'),
	('eligibility_level_held', 1, 'warn', '-infinity', 'from the first version that asks');

ALTER TABLE talent.exam ADD COLUMN eligibility jsonb;	-- null: nothing is asked
CREATE FUNCTION talent._exam_asks() RETURNS trigger LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	NEW.eligibility := jsonb_build_object('age', _policy('eligibility_age', _today()),
	    'age_min', _policy('eligibility_age_min', _today())::int,
	    'prerequisite', _policy('eligibility_prerequisite', _today()),
	    'interval_days', _policy('eligibility_interval_days', _today())::int,
	    'level_held', _policy('eligibility_level_held', _today()));
	RETURN NEW;
END
$$;
CREATE TRIGGER a_asks BEFORE INSERT ON talent.exam FOR EACH ROW WHEN (NEW.eligibility IS NULL)
	EXECUTE FUNCTION talent._exam_asks();
CREATE TRIGGER exam_eligibility_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (NEW.eligibility IS DISTINCT FROM OLD.eligibility)
	EXECUTE FUNCTION talent._immutable();

-- What was known of a candidate when the result came. Null: it came before anybody asked.
ALTER TABLE talent.assessment
	ADD COLUMN sitting text COLLATE "C",		-- 正考 first, 补考 resit
	ADD COLUMN advancement text COLLATE "C",	-- 初次 first, 晋级 promotion
	ADD COLUMN warned text[],			-- what spoke against it and was let by
	ADD COLUMN declared jsonb;			-- by the body, with its basis: level, years, education
ALTER TABLE talent.assessment
	ADD CONSTRAINT assessment_sitting CHECK (sitting IN ('first', 'resit')) NOT VALID,
	ADD CONSTRAINT assessment_advancement CHECK (advancement IN ('first', 'promotion')) NOT VALID;
CREATE TRIGGER assessment_eligibility_immutable BEFORE UPDATE ON talent.assessment FOR EACH ROW
	WHEN ((OLD.sitting, OLD.advancement, OLD.warned, OLD.declared) IS DISTINCT FROM
		(NEW.sitting, NEW.advancement, NEW.warned, NEW.declared))
	EXECUTE FUNCTION talent._immutable();

ALTER TYPE talent.new_result ADD ATTRIBUTE sitting text;
ALTER TYPE talent.new_result ADD ATTRIBUTE advancement text;
ALTER TYPE talent.new_result ADD ATTRIBUTE warned text;	-- comma separated, as it was loaded
ALTER TYPE talent.new_result ADD ATTRIBUTE declared text;	-- JSON
