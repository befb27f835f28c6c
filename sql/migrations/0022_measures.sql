-- What is counted is data: a measure is a row that names its rule (sql/rules) and which of the rule's
-- units it takes, a programme has measures. Counts know the day of recording and every dimension, and
-- are made anew from the source rows when `talentd migrate` fills what is not filled.

-- Days of recording that no row kept -----------------------------------------------------

-- When a certificate was stored: issued_at is taken before it is signed, at worst on the day before.
ALTER TABLE talent.certificate ADD COLUMN recorded_at timestamptz;	-- null: as issued_at
ALTER TABLE talent.certificate ALTER COLUMN recorded_at SET DEFAULT now();

ALTER TABLE talent.training_session ADD COLUMN recorded_at timestamptz;	-- its completion
ALTER TABLE talent.training_session DISABLE TRIGGER training_session_transition;
UPDATE talent.training_session s
SET recorded_at = coalesce((SELECT min(u.at) FROM talent.audit u
    WHERE u.action = 'session_complete' AND u.object = s.id), s.created_at)
WHERE s.state = 'completed';
ALTER TABLE talent.training_session ENABLE TRIGGER training_session_transition;

-- Areas ----------------------------------------------------------------------------------

-- An organisation is in at most one area on a day, so that the figures of areas add up.
CREATE TYPE talent.uuid_range AS RANGE (subtype = uuid);
ALTER TABLE talent.organisation_area
	ADD COLUMN valid_from date NOT NULL DEFAULT '-infinity',
	ADD COLUMN valid_to date NOT NULL DEFAULT 'infinity',
	DROP CONSTRAINT organisation_area_pkey,
	ADD PRIMARY KEY (organisation, valid_from),
	ADD CONSTRAINT organisation_area_dates CHECK (valid_to >= valid_from),
	ADD CONSTRAINT organisation_area_once EXCLUDE USING gist
		(talent.uuid_range(organisation, organisation, '[]') WITH &&,
		daterange(valid_from, valid_to, '[]') WITH &&);
ALTER TABLE talent.organisation_area ALTER COLUMN valid_from DROP DEFAULT;
-- The word for no area and no level in a bucket.
ALTER TABLE talent.area ADD CONSTRAINT area_none CHECK (slug <> 'none');
ALTER TABLE talent.level ADD CONSTRAINT level_none CHECK (code <> 'none');

-- Measures -------------------------------------------------------------------------------

CREATE TABLE talent.measure (
	name text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]*$'),
	rule text COLLATE "C" NOT NULL,		-- sql/rules/NAME.sql
	unit text NOT NULL CHECK (unit IN ('sessions', 'certificates', 'person-times', 'people')),
	-- Of the rule's units:
	kind text,				-- those of one kind; null: all
	intermediate boolean NOT NULL DEFAULT false,	-- those whose level counts as intermediate
	work_types text[],			-- those of these work types; null: all
	first_time boolean NOT NULL DEFAULT false,	-- nobody who had any before the window
	-- Where answers have it beside the goals, a or b.c, unless a goal is just this; null: nowhere.
	also text CHECK (also ~ '^[a-z_]{1,40}(\.[a-z_]{1,40})?$'),
	title text NOT NULL,
	title_en text NOT NULL,
	position smallint NOT NULL,
	CHECK (unit = 'people' OR NOT first_time)
);

INSERT INTO talent.measure (name, rule, unit, kind, intermediate, first_time, also, title, title_en,
	position) VALUES
	('sessions_completed', 'sessions', 'sessions', NULL, false, false, 'sessions_completed',
	'已结业培训班', 'sessions completed', 1),
	('training_completions', 'completions', 'person-times', NULL, false, false, 'training_completions',
	'培训结业人次', 'training completions', 2),
	('trained_people', 'people_trained', 'people', NULL, false, false, 'trained_people',
	'培训结业人数', 'trained people', 3),
	('assessments_taken', 'results', 'person-times', NULL, false, false, 'assessments_taken',
	'参加考评人次', 'assessments taken', 4),
	('certificates_skill_grade', 'certificates', 'certificates', 'skill_grade', false, false,
	'certificates_issued.skill_grade', '职业技能等级证书', 'skill-grade certificates', 5),
	('certificates_company', 'certificates', 'certificates', 'company', false, false,
	'certificates_issued.company', '企业证书', 'company certificates', 6),
	('newly_certified', 'people_certified', 'people', NULL, false, true, 'newly_certified',
	'新培养持证人才', 'newly certified people', 7),
	('mid_or_higher', 'people_certified', 'people', NULL, true, true, 'mid_or_higher',
	'其中中级及以上', 'of them intermediate or higher', 8);

-- Programmes -----------------------------------------------------------------------------

ALTER TABLE talent.programme
	ADD COLUMN area text COLLATE "C" REFERENCES talent.area,	-- null: not only an area's
	ADD COLUMN occupations text[];					-- null: of all

-- What a programme counts. Until it is filled with what was recorded before, nothing is counted and
-- nothing is shown. To have it counted anew (the window was moved): filled_at = null.
CREATE TABLE talent.programme_measure (
	programme text COLLATE "C" NOT NULL REFERENCES talent.programme,
	measure text COLLATE "C" NOT NULL REFERENCES talent.measure,
	filled_at timestamptz,
	PRIMARY KEY (programme, measure)
);

-- A goal is a number that measures add up to, or a milestone: reached, with evidence, or not.
ALTER TABLE talent.goal
	ALTER unit DROP NOT NULL, ALTER target DROP NOT NULL, ALTER rule DROP NOT NULL,
	ALTER rule_version DROP NOT NULL,
	ADD COLUMN title text,
	ADD COLUMN title_en text,
	ADD COLUMN reached_on date,
	ADD COLUMN evidence text,
	ADD CONSTRAINT goal_number_or_milestone CHECK (CASE WHEN target IS NOT NULL
		THEN measures <> '{}' AND num_nulls(unit, rule, rule_version) = 0
			AND num_nonnulls(reached_on, evidence) = 0
		ELSE measures = '{}' AND num_nonnulls(unit, rule, rule_version) = 0
			AND num_nulls(title, title_en) = 0
			AND (reached_on IS NULL) = (evidence IS NULL) AND evidence ~ '\S' END);
UPDATE talent.goal g SET title = t.title, title_en = t.title_en
FROM (VALUES ('training_evaluation', '直播技能培训评价', 'livestreaming training and evaluation'),
	('newly_certified', '新培养持证直播技能人才', 'newly certified livestreaming talent'),
	('mid_or_higher', '其中中级及以上', 'of them intermediate or higher')) t (key, title, title_en)
WHERE g.programme = 'shanghai-2025-27' AND g.key = t.key;

-- The same in one row for each measure of a programme, for whoever counts: he has each of his units
-- compared with all of them. Only triggers write it.
CREATE TABLE talent.counting (
	programme text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	rule text COLLATE "C" NOT NULL,
	filled boolean NOT NULL,
	window_from date NOT NULL,
	window_to date NOT NULL,
	district_prefix text COLLATE "C" NOT NULL,
	area text COLLATE "C",
	occupations text[],
	work_types text[],
	levels text[],
	kind text,
	first_time boolean NOT NULL,
	PRIMARY KEY (rule, programme, measure)
);
CREATE FUNCTION talent._counting() RETURNS trigger LANGUAGE plpgsql
SET search_path = talent, pg_temp AS $$
BEGIN
	PERFORM pg_advisory_xact_lock(7105, 0);		-- while nobody counts
	DELETE FROM counting;
	INSERT INTO counting (programme, measure, rule, filled, window_from, window_to, district_prefix, area,
	    occupations, work_types, levels, kind, first_time)
	SELECT p.slug, m.name, m.rule, x.filled_at IS NOT NULL, p.window_from, p.window_to, p.district_prefix,
	    p.area, p.occupations, m.work_types,
	    CASE WHEN m.intermediate THEN ARRAY(SELECT l.code FROM level l WHERE l.counts_as_intermediate) END,
	    m.kind, m.first_time
	FROM programme_measure x JOIN programme p ON p.slug = x.programme JOIN measure m ON m.name = x.measure;
	RETURN NULL;
END
$$;
DO $$
DECLARE
	_table text;
BEGIN
	FOREACH _table IN ARRAY ARRAY['programme', 'measure', 'programme_measure', 'level'] LOOP
		EXECUTE format('CREATE TRIGGER counting AFTER INSERT OR UPDATE OR DELETE ON talent.%I
		    FOR EACH STATEMENT EXECUTE FUNCTION talent._counting()', _table);
	END LOOP;
END
$$;

INSERT INTO talent.programme_measure (programme, measure)
SELECT p.slug, m.name FROM talent.programme p CROSS JOIN talent.measure m;

-- Programmes of others ----------------------------------------------------------------------

-- Hongqiao's: what its plan wants by 2026 is milestones; what is counted of it is shown beside them.
INSERT INTO talent.programme (slug, title, title_en, window_from, window_to, district_prefix, area,
	occupations, position) VALUES
	('hongqiao-cbd-2026', '虹桥国际中央商务区直播经济发展目标（至2026年）',
	'Hongqiao International Central Business District: livestreaming economy by 2026',
	'2025-01-01', '2026-12-31', '31', 'hongqiao-cbd', '{4-01-06-02,4-01-02-07,4-13-01-05}', 2);
INSERT INTO talent.programme_measure (programme, measure)
SELECT 'hongqiao-cbd-2026', m.name FROM talent.measure m;
INSERT INTO talent.goal (programme, key, title, title_en, measures, position) VALUES
	('hongqiao-cbd-2026', 'talent_system', '建立人才培养与评价体系（互联网营销、全媒体运营）',
	'a system of talent cultivation and evaluation (internet marketing, omnimedia operation)', '{}', 1),
	('hongqiao-cbd-2026', 'bases', '建成多个百亿级直播电商基地',
	'several livestreaming bases of 10 billion yuan each', '{}', 2),
	('hongqiao-cbd-2026', 'scenarios', '打造20个直播场景', '20 livestreaming scenarios', '{}', 3),
	('hongqiao-cbd-2026', 'tasks', '完成15项任务', '15 tasks done', '{}', 4);

-- Counts ---------------------------------------------------------------------------------

DROP TABLE talent.count_delta, talent.count_total, talent.count_grand, talent.person_standing;

-- A person counted once under a measure of a programme, by which unit, and the bucket that holds it.
CREATE TABLE talent.person_standing (
	person uuid NOT NULL,
	programme text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	unit uuid NOT NULL,
	district text COLLATE "C" NOT NULL,
	area text COLLATE "C" NOT NULL,
	organisation uuid NOT NULL,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" NOT NULL,
	month date NOT NULL,
	PRIMARY KEY (person, programme, measure)
) WITH (fillfactor = 90);

-- Recorded, not yet folded. day is the Shanghai day of recording: "as of" reads by it. area and level
-- may be the word none.
CREATE TABLE talent.count_delta (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	day date NOT NULL DEFAULT (now() AT TIME ZONE 'Asia/Shanghai')::date,
	programme text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	district text COLLATE "C" NOT NULL,
	area text COLLATE "C" NOT NULL,
	organisation uuid NOT NULL,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" NOT NULL,
	month date NOT NULL,
	n integer NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE TABLE talent.count_total (
	programme text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	day date NOT NULL,
	district text COLLATE "C" NOT NULL,
	area text COLLATE "C" NOT NULL,
	organisation uuid NOT NULL,
	occupation text COLLATE "C" NOT NULL,
	edition text COLLATE "C" NOT NULL,
	work_type text COLLATE "C" NOT NULL,
	level text COLLATE "C" NOT NULL,
	month date NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (programme, measure, day, district, area, organisation, occupation, edition, work_type,
		level, month),
	FOREIGN KEY (programme, measure) REFERENCES talent.programme_measure
) WITH (fillfactor = 80);

-- The same folded units in one row per measure, so that reading does not grow.
CREATE TABLE talent.count_grand (
	programme text COLLATE "C" NOT NULL,
	measure text COLLATE "C" NOT NULL,
	n bigint NOT NULL,
	PRIMARY KEY (programme, measure)
) WITH (fillfactor = 20);

GRANT SELECT ON talent.measure, talent.programme_measure, talent.counting, talent.person_standing, talent.count_delta,
	talent.count_total, talent.count_grand TO talent_worker, talent_jobs, talent_clerk;

CREATE TRIGGER count_delta_immutable BEFORE UPDATE ON talent.count_delta
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
DO $$
DECLARE
	_table text;
BEGIN
	FOREACH _table IN ARRAY ARRAY['count_delta', 'count_total', 'count_grand', 'person_standing'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON talent.%I
		    FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable()',
		    _table || '_truncate', _table);
	END LOOP;
	FOREACH _table IN ARRAY ARRAY['measure', 'programme_measure'] LOOP
		EXECUTE format('CREATE TRIGGER %I BEFORE DELETE ON talent.%I
		    FOR EACH ROW EXECUTE FUNCTION talent._immutable()', _table || '_immutable', _table);
	END LOOP;
END
$$;

-- The functions' former selves.
DROP FUNCTION IF EXISTS talent._count(text[], date[], text, uuid, text, int);
