-- What the authority decides, and may decide anew from a day on: a row in policy for each, its values in
-- policy_version. Whoever obeys one asks _policy for the day in question. What the operator of a host
-- decides is an option of its configuration.

CREATE TABLE talent.policy (
	name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z][a-z_]*$' AND length(name) <= 40),
	id uuid NOT NULL CONSTRAINT policy_id_key UNIQUE DEFAULT gen_random_uuid(),	-- in audit
	title text NOT NULL,
	title_en text NOT NULL,
	applies_to text NOT NULL,		-- what a new value is for, and what stays as it was
	applies_to_en text NOT NULL,
	unit text CHECK (unit IN ('days')),	-- of a whole number; null: one of words
	least integer,
	most integer,
	words text[],
	not_below text COLLATE "C" REFERENCES talent.policy,	-- on no day less than that one
	CONSTRAINT policy_number_or_words CHECK (CASE WHEN unit IS NULL
		THEN cardinality(words) > 1 AND num_nonnulls(least, most, not_below) = 0
		ELSE words IS NULL AND num_nulls(least, most) = 0 AND least BETWEEN 0 AND most END)
);

-- On a day holds, of the versions from the latest day that is not after it, the last one.
CREATE TABLE talent.policy_version (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	policy text COLLATE "C" NOT NULL REFERENCES talent.policy,
	version integer NOT NULL CHECK (version > 0),
	value text COLLATE "C" NOT NULL,
	in_force_from date NOT NULL,		-- of the first: since ever
	reason text NOT NULL CHECK (reason ~ '\S'),
	set_by uuid,				-- null: the registry itself
	set_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT policy_version_key UNIQUE (policy, version)
);
CREATE INDEX policy_version_day ON talent.policy_version (policy, in_force_from, version);

CREATE FUNCTION talent._policy_value() RETURNS trigger LANGUAGE plpgsql
SET search_path = talent, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM policy p WHERE p.name = NEW.policy AND CASE WHEN p.unit IS NULL
	    THEN NEW.value = ANY (p.words)
	    ELSE NEW.value ~ '^(0|[1-9][0-9]{0,8})$' AND NEW.value::int BETWEEN p.least AND p.most END) THEN
		RAISE EXCEPTION 'policy % cannot be %', NEW.policy, NEW.value
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'policy_version_value';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER policy_version_value BEFORE INSERT ON talent.policy_version
	FOR EACH ROW EXECUTE FUNCTION talent._policy_value();
CREATE TRIGGER policy_version_immutable BEFORE UPDATE OR DELETE ON talent.policy_version
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER policy_immutable BEFORE DELETE ON talent.policy
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER policy_version_truncate BEFORE TRUNCATE ON talent.policy_version
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();

INSERT INTO talent.policy (name, title, title_en, applies_to, applies_to_en, unit, least, most, not_below) VALUES
	('publicity_days_min', '公示天数下限', 'fewest days of publicity',
	'自该日起登记的考试；已登记的考试不变', 'exams announced from that day on; those announced before keep theirs',
	'days', 0, 60, NULL),
	('publicity_days', '默认公示天数', 'days of publicity unless an exam says otherwise',
	'自该日起登记、未注明公示天数的考试；已登记的考试不变',
	'exams announced from that day on that name no days; those announced before keep theirs',
	'days', 0, 60, 'publicity_days_min'),
	('verification_record_days', '查验记录保留天数', 'days that the record of a verification is kept',
	'自该日起的查验记录；此前的记录按当时的承诺保留',
	'verifications from that day on; earlier records are kept as long as was said then', 'days', 1, 36500, NULL);
INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES
	('publicity_days_min', 1, '0', '-infinity', 'as it was'),
	('publicity_days', 1, '0', '-infinity', 'as it was'),
	('verification_record_days', 1, '1095', '-infinity', 'as it was');

GRANT SELECT ON talent.policy, talent.policy_version TO talent_worker, talent_jobs, talent_clerk;

-- An exam that names no days of publicity has those of the policy.
ALTER TYPE talent.new_exam ADD ATTRIBUTE publicity_by_policy boolean;
