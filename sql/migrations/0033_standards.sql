-- The dictionary of occupations and the standards that exams are held under are two things: an entry has a code
-- in an edition of the dictionary, and may have no standard yet; a standard is a document with a number and a
-- date, prints a code that may be an older one, and says which work types there are, at which levels, for how
-- many hours of training and whom. What a standard says is a version, in force from its day until the next
-- one's; no version changes once it is there.
--
-- An exam names the standard in force on the day it is held, a session the one on its last day. What was held
-- before there was any names none; occupation, edition, work type and level stay what they were.

-- The dictionary ------------------------------------------------------------------------

ALTER TABLE talent.occupation
	ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid() CONSTRAINT occupation_id_key UNIQUE;

-- As far as the registry's operators have not added them by hand.
INSERT INTO talent.occupation (code, edition, name, name_en) VALUES
	('4-01-06-03', '2022', '跨境电商运营管理师', 'cross-border e-commerce operations manager'),
	('4-07-02-06', '2022', '用户增长运营师', 'user growth operator'),
	('4-13-01-09', '2022', '版权经纪人', 'copyright agent'),
	('4-13-01-10', '2022', '网络主播', 'livestream host')
ON CONFLICT DO NOTHING;

-- Standards -----------------------------------------------------------------------------

CREATE TABLE talent.standard (
	id uuid PRIMARY KEY,
	name text COLLATE "C" NOT NULL CONSTRAINT standard_name_key UNIQUE,	-- '互联网营销师/2021'
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	document text NOT NULL,			-- its number
	issued_on date,				-- null: not known
	printed_code text COLLATE "C"		-- the occupation's, as the document prints it; null: not known
		CHECK (printed_code ~ '^[0-9](-[0-9]{2}){3}$'),
	valid_from date NOT NULL,
	valid_to date,				-- its last day; null: none is set
	created_at timestamptz NOT NULL DEFAULT now(),
	CONSTRAINT standard_dates CHECK (valid_to >= valid_from AND issued_on <= valid_from),
	CONSTRAINT standard_entry UNIQUE (id, occupation, edition),
	FOREIGN KEY (occupation, edition) REFERENCES talent.occupation
);
CREATE INDEX standard_occupation ON talent.standard (occupation, edition, valid_from);

CREATE TABLE talent.standard_version (
	standard uuid NOT NULL REFERENCES talent.standard,
	version integer NOT NULL CHECK (version > 0),
	valid_from date NOT NULL,
	note text,				-- what is new
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (standard, version),
	CONSTRAINT standard_version_from_key UNIQUE (standard, valid_from)
);

CREATE TABLE talent.standard_work_type (
	standard uuid NOT NULL,
	version integer NOT NULL,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	PRIMARY KEY (standard, version, work_type),
	FOREIGN KEY (standard, version) REFERENCES talent.standard_version,
	FOREIGN KEY (standard, occupation, edition) REFERENCES talent.standard (id, occupation, edition),
	FOREIGN KEY (occupation, edition, work_type) REFERENCES talent.work_type
);

CREATE TABLE talent.standard_level (
	standard uuid NOT NULL,
	version integer NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" NOT NULL REFERENCES talent.level,
	min_hours integer CHECK (min_hours BETWEEN 1 AND 2000),	-- null: the standard names none
	min_age integer CHECK (min_age BETWEEN 1 AND 100),		-- likewise
	PRIMARY KEY (standard, version, work_type, level),
	FOREIGN KEY (standard, version, work_type) REFERENCES talent.standard_work_type
);

-- Who may apply: whoever meets all of one alternative. None: the standard at hand names none.
CREATE TABLE talent.standard_condition (
	standard uuid NOT NULL,
	version integer NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" NOT NULL,
	alternative integer NOT NULL CHECK (alternative > 0),
	prerequisite text COLLATE "C" REFERENCES talent.level,	-- a level held in the occupation
	years integer CHECK (years BETWEEN 1 AND 50),		-- of work in it or a related one, since then if there is one
	education text CHECK (education IN ('secondary_vocational', 'senior_technical', 'higher_vocational',
		'associate', 'bachelor', 'master', 'doctor')),
	wording text,						-- the document's own
	PRIMARY KEY (standard, version, work_type, level, alternative),
	FOREIGN KEY (standard, version, work_type, level) REFERENCES talent.standard_level,
	CONSTRAINT standard_condition_says CHECK (num_nonnulls(prerequisite, years, education) > 0)
);

-- What was said stays; only the last day of a standard may be set.
DO $$
DECLARE
	_table text;
BEGIN
	FOREACH _table IN ARRAY ARRAY['standard_version', 'standard_work_type', 'standard_level',
	    'standard_condition'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON talent.%I
		    FOR EACH ROW EXECUTE FUNCTION talent._immutable()', _table || '_immutable', _table);
	END LOOP;
END
$$;
CREATE TRIGGER standard_immutable BEFORE DELETE ON talent.standard
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER standard_facts_immutable BEFORE UPDATE ON talent.standard FOR EACH ROW
	WHEN ((OLD.id, OLD.name, OLD.occupation, OLD.edition, OLD.document, OLD.issued_on, OLD.printed_code,
		OLD.valid_from) IS DISTINCT FROM (NEW.id, NEW.name, NEW.occupation, NEW.edition, NEW.document,
		NEW.issued_on, NEW.printed_code, NEW.valid_from))
	EXECUTE FUNCTION talent._immutable();

-- One standard of an occupation is in force on a day. Whoever changes the standards of an occupation holds the
-- guard 7106 alone, whoever announces what is held under one holds it shared.
CREATE FUNCTION talent._standard_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(7106, hashtext(NEW.occupation || '/' || NEW.edition));
	IF EXISTS (SELECT FROM talent.standard s
	    WHERE s.occupation = NEW.occupation AND s.edition = NEW.edition AND s.id <> NEW.id
	    AND s.valid_from <= coalesce(NEW.valid_to, 'infinity')
	    AND NEW.valid_from <= coalesce(s.valid_to, 'infinity')) THEN
		RAISE EXCEPTION 'another standard of % is in force then', NEW.occupation
		    USING ERRCODE = '23P01', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'standard_alone';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER a_alone BEFORE INSERT OR UPDATE ON talent.standard
	FOR EACH ROW EXECUTE FUNCTION talent._standard_alone();

-- Versions follow each other, the first one with its standard.
CREATE FUNCTION talent._standard_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_s talent.standard;
	_last record;
BEGIN
	SELECT * INTO STRICT _s FROM talent.standard s WHERE s.id = NEW.standard;
	PERFORM pg_advisory_xact_lock(7106, hashtext(_s.occupation || '/' || _s.edition));
	SELECT coalesce(max(v.version), 0) AS version, max(v.valid_from) AS valid_from INTO _last
	FROM talent.standard_version v WHERE v.standard = NEW.standard;
	IF NEW.valid_from > coalesce(_s.valid_to, 'infinity')
	    OR (NEW.version = 1) <> (NEW.valid_from = _s.valid_from)
	    OR NEW.version <> _last.version + 1 OR NEW.valid_from <= _last.valid_from THEN
		RAISE EXCEPTION 'version % of % is out of order', NEW.version, _s.name
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'standard_version_order';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER a_in_order BEFORE INSERT ON talent.standard_version
	FOR EACH ROW EXECUTE FUNCTION talent._standard_in_order();

-- Standards at hand. Where no day is known, a standard is in force from the last day by which it must have
-- been: the end of the year in its number, or the day on which the list was read.
INSERT INTO talent.standard (id, name, occupation, edition, document, issued_on, printed_code, valid_from) VALUES
	('57a0da2d-0001-4000-8000-000000000001', '互联网营销师/2021', '4-01-06-02', '2022', '人社厅发〔2021〕79号',
	'2021-10-15', '4-01-02-07', '2021-10-15'),
	('57a0da2d-0001-4000-8000-000000000002', '电子商务师/2022', '4-01-06-01', '2022', '人社厅发〔2022〕33号',
	NULL, NULL, '2022-12-31'),
	('57a0da2d-0001-4000-8000-000000000003', '全媒体运营师/2023', '4-13-01-05', '2022', '人社厅发〔2023〕46号',
	'2023-10-11', NULL, '2023-10-11'),
	('57a0da2d-0001-4000-8000-000000000004', '商务数据分析师/2024', '4-07-02-05', '2022', '人社厅发〔2024〕15号',
	'2024-02-06', NULL, '2024-02-06'),
	('57a0da2d-0001-4000-8000-000000000005', '用户增长运营师/2026', '4-07-02-06', '2022', '人社厅发〔2026〕13号',
	NULL, NULL, '2026-06-10');
INSERT INTO talent.standard_version (standard, version, valid_from)
	SELECT s.id, 1, s.valid_from FROM talent.standard s;
INSERT INTO talent.standard_work_type (standard, version, occupation, edition, work_type)
	SELECT s.id, 1, s.occupation, s.edition, w.slug
	FROM talent.standard s
	JOIN talent.work_type w ON w.occupation = s.occupation AND w.edition = s.edition;
INSERT INTO talent.standard_level (standard, version, work_type, level, min_hours)
	SELECT s.id, 1, l.work_type, l.level, l.min_hours
	FROM talent.standard s
	JOIN talent.work_type_level l ON l.occupation = s.occupation AND l.edition = s.edition;

-- From now on work_type and work_type_level say which there ever were, for what points at them. The hours of the
-- latter are as the version before reads them; nothing writes them any more.

-- What is held under them -----------------------------------------------------------------

ALTER TABLE talent.exam ADD COLUMN standard uuid REFERENCES talent.standard;
ALTER TABLE talent.training_session ADD COLUMN standard uuid REFERENCES talent.standard;

-- One lock for each exam would be too many; nobody reads while this runs.
ALTER TABLE talent.exam DISABLE TRIGGER a_guard;
UPDATE talent.exam e SET standard = s.id
FROM talent.standard s
WHERE s.occupation = e.occupation AND s.edition = e.edition
AND e.held_on BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity');
ALTER TABLE talent.exam ENABLE TRIGGER a_guard;
-- Completed sessions too: no other column changes.
ALTER TABLE talent.training_session DISABLE TRIGGER training_session_transition;
UPDATE talent.training_session t SET standard = s.id
FROM talent.standard s
WHERE s.occupation = t.occupation AND s.edition = t.edition
AND t.ends_on BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity');
ALTER TABLE talent.training_session ENABLE TRIGGER training_session_transition;

-- Names the standard in force on a day, a column of the row, whoever writes it; a row for which there is none
-- does not come in.
CREATE FUNCTION talent._standard_named() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_day date := (to_jsonb(NEW) ->> TG_ARGV[0])::date;
	_named uuid;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(7106, hashtext(NEW.occupation || '/' || NEW.edition));
	SELECT s.id INTO _named FROM talent.standard s
	WHERE s.occupation = NEW.occupation AND s.edition = NEW.edition
	AND _day BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity');
	IF _named IS NULL OR NEW.standard <> _named THEN
		RAISE EXCEPTION 'no such standard of % is in force on %', NEW.occupation, _day
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = TG_TABLE_NAME || '_standard';
	END IF;
	NEW.standard := _named;
	RETURN NEW;
END
$$;
CREATE TRIGGER a_standard BEFORE INSERT ON talent.exam
	FOR EACH ROW EXECUTE FUNCTION talent._standard_named('held_on');
CREATE TRIGGER a_standard BEFORE INSERT ON talent.training_session
	FOR EACH ROW EXECUTE FUNCTION talent._standard_named('ends_on');

-- What was named stays; what was held before there was any may be given one that is added later.
CREATE TRIGGER exam_standard_immutable BEFORE UPDATE ON talent.exam FOR EACH ROW
	WHEN (OLD.standard IS NOT NULL AND NEW.standard IS DISTINCT FROM OLD.standard)
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER training_session_standard_immutable BEFORE UPDATE ON talent.training_session FOR EACH ROW
	WHEN (OLD.standard IS NOT NULL AND NEW.standard IS DISTINCT FROM OLD.standard)
	EXECUTE FUNCTION talent._immutable();

CREATE INDEX exam_standard ON talent.exam (standard, held_on);
CREATE INDEX training_session_standard ON talent.training_session (standard, ends_on);

ALTER TYPE talent.new_exam ADD ATTRIBUTE standard text;
ALTER TYPE talent.new_session ADD ATTRIBUTE standard text;

GRANT SELECT ON talent.standard, talent.standard_version, talent.standard_work_type, talent.standard_level,
	talent.standard_condition TO talent_worker, talent_clerk, talent_jobs;
