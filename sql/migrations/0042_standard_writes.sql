-- What standards are written as, by whoever maintains them: a version says all that it has, none of it twice.
-- Numbers that a standard does not name are 0.

CREATE TYPE talent.new_standard_condition AS (
	prerequisite text, years int, education text, wording text
);
CREATE TYPE talent.new_standard_level AS (
	level text, min_hours int, min_age int, conditions talent.new_standard_condition[]
);
CREATE TYPE talent.new_standard_work_type AS (
	slug text, name text, name_en text, levels talent.new_standard_level[]
);
CREATE TYPE talent.new_standard AS (
	id uuid, name text, occupation text, edition text, document text, issued_on date, printed_code text,
	valid_from date, valid_to date, note text, work_types talent.new_standard_work_type[]
);
CREATE TYPE talent.new_standard_version AS (
	standard uuid, valid_from date, note text, work_types talent.new_standard_work_type[]
);
