-- Sites: the branches and training bases where an organisation's sessions and exams take place. Each may
-- hold the first 13 characters of its certificates' numbers, and says where those numbers come from:
--   minted          here, from its own series
--   supplied        with the result
--   supplied_later  as a list, after the results
-- What an organisation held before is its first site, whose numbers go on where they were.

CREATE TABLE talent.site (
	id uuid PRIMARY KEY,
	organisation uuid NOT NULL REFERENCES talent.organisation,
	code text COLLATE "C" NOT NULL		-- the organisation's own
		CONSTRAINT site_code_form CHECK (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(code) <= 40),
	name text NOT NULL CONSTRAINT site_name_form CHECK (name ~ '\S' AND length(name) <= 100),
	district text COLLATE "C" NOT NULL REFERENCES talent.district,
	area text COLLATE "C" REFERENCES talent.area,
	-- Body class, ministry code, province and sequence of its certificate numbers.
	number_prefix text COLLATE "C" CONSTRAINT site_number_prefix_key UNIQUE
		CONSTRAINT site_number_prefix_form CHECK (number_prefix ~ '^[YSJ][0-9]{12}$'),
	number_mode text NOT NULL
		CONSTRAINT site_number_mode CHECK (number_mode IN ('minted', 'supplied', 'supplied_later')),
	-- A result may bring its number although the site mints.
	also_supplied boolean NOT NULL DEFAULT false,
	-- What names this organisation as a series of numbers means this site: journals from before there
	-- were sites, and hosts that know of none.
	continues uuid CONSTRAINT site_continues_key UNIQUE REFERENCES talent.organisation,
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT site_code_key UNIQUE (organisation, code),
	CONSTRAINT site_of_organisation_key UNIQUE (id, organisation),
	CONSTRAINT site_mints_by_prefix CHECK (number_mode <> 'minted' OR number_prefix IS NOT NULL),
	CONSTRAINT site_also_supplied CHECK (NOT also_supplied OR number_mode = 'minted'),
	CONSTRAINT site_continues_its_own CHECK (continues = organisation)
);
GRANT SELECT ON talent.site TO talent_worker, talent_jobs, talent_clerk;

-- Until now a result of a body that minted might bring a number; it still may.
INSERT INTO talent.site (id, organisation, code, name, district, number_prefix, number_mode, also_supplied,
	continues)
SELECT gen_random_uuid(), o.id, 'main', left(o.name, 100), o.district, o.number_prefix, 'minted', true, o.id
FROM talent.organisation o WHERE o.number_prefix IS NOT NULL;

CREATE TRIGGER site_immutable BEFORE DELETE ON talent.site
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER site_truncate BEFORE TRUNCATE ON talent.site
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
-- A prefix that has been given stays: numbers begin with it.
CREATE TRIGGER site_facts_immutable BEFORE UPDATE ON talent.site FOR EACH ROW
	WHEN ((OLD.id, OLD.organisation, OLD.continues, OLD.created_at) IS DISTINCT FROM
		(NEW.id, NEW.organisation, NEW.continues, NEW.created_at)
		OR (OLD.number_prefix IS NOT NULL AND NEW.number_prefix IS DISTINCT FROM OLD.number_prefix))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER a_guard BEFORE INSERT OR UPDATE ON talent.site
	FOR EACH ROW EXECUTE FUNCTION talent._guard_standing('organisation');
CREATE TRIGGER site_code_shown BEFORE INSERT OR UPDATE OF name ON talent.site
	FOR EACH ROW EXECUTE FUNCTION talent._shown('name');

-- Exams and sessions ------------------------------------------------------------------------

ALTER TABLE talent.exam ADD COLUMN site uuid;			-- null: the body had none
ALTER TABLE talent.training_session ADD COLUMN site uuid;	-- null: the institution had none
-- The guards of all exams would not fit into memory, and completed sessions do not change otherwise.
ALTER TABLE talent.exam DISABLE TRIGGER a_guard;
UPDATE talent.exam e SET site = s.id FROM talent.site s WHERE s.organisation = e.body;
ALTER TABLE talent.exam ENABLE TRIGGER a_guard;
ALTER TABLE talent.training_session DISABLE TRIGGER training_session_transition;
UPDATE talent.training_session t SET site = s.id FROM talent.site s WHERE s.organisation = t.institution;
ALTER TABLE talent.training_session ENABLE TRIGGER training_session_transition;
ALTER TABLE talent.exam ADD CONSTRAINT exam_site_of_body
	FOREIGN KEY (site, body) REFERENCES talent.site (id, organisation) NOT VALID;
ALTER TABLE talent.training_session ADD CONSTRAINT training_session_site_of_institution
	FOREIGN KEY (site, institution) REFERENCES talent.site (id, organisation) NOT VALID;
CREATE TRIGGER exam_site_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (OLD.site IS DISTINCT FROM NEW.site) EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER training_session_site_immutable BEFORE UPDATE ON talent.training_session FOR EACH ROW
	WHEN (OLD.site IS DISTINCT FROM NEW.site) EXECUTE FUNCTION talent._immutable();
CREATE INDEX exam_site ON talent.exam (site, id);
CREATE INDEX training_session_site ON talent.training_session (site, id);

ALTER TYPE talent.new_exam ADD ATTRIBUTE site uuid;
ALTER TYPE talent.new_session ADD ATTRIBUTE site uuid;

-- Numbers -----------------------------------------------------------------------------------

-- A series of skill-grade numbers is a site's, one of company numbers a company's. (Blocks of a body whose
-- prefix somebody took away stay its own, and are of no use to anybody.)
ALTER TABLE talent.number_block DROP CONSTRAINT number_block_issuer_fkey;
ALTER TABLE talent.number_block RENAME COLUMN issuer TO series;
UPDATE talent.number_block b SET series = s.id FROM talent.site s
WHERE s.continues = b.series AND b.kind = 'skill_grade';
CREATE FUNCTION talent._number_block_series() RETURNS trigger LANGUAGE plpgsql
SET search_path = talent, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM site s WHERE s.id = NEW.series AND NEW.kind = 'skill_grade'
	    UNION ALL SELECT FROM organisation o WHERE o.id = NEW.series AND NEW.kind = 'company') THEN
		RAISE EXCEPTION 'numbers of nobody' USING ERRCODE = '23503', SCHEMA = 'talent',
		    TABLE = 'number_block', CONSTRAINT = 'number_block_series';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER number_block_series BEFORE INSERT ON talent.number_block
	FOR EACH ROW EXECUTE FUNCTION talent._number_block_series();
DROP FUNCTION IF EXISTS talent.numbers_reserve(uuid, text, int, text, int);

-- What every reader of it asks a site for from here on.
DROP VIEW IF EXISTS talent.exam_facts CASCADE;
ALTER TABLE talent.organisation
	DROP CONSTRAINT organisation_number_prefix_key,
	DROP COLUMN number_prefix;
