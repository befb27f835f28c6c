-- What a worker hands over is a record, or an array of them, in JSON: a list of forty arguments is said
-- in as many places, and a second function for many results would be a second truth. The fields of these
-- types are the members, in sql/functions an argument's header names the type (sql/README.md).
--
-- The functions' former selves go: no daemon that calls them goes on with this schema.

-- A text that is JSON itself stands in a record as it is, not quoted: json keeps what was written.
CREATE DOMAIN talent.json_text AS text;
ALTER TYPE talent.new_certificate ALTER ATTRIBUTE document TYPE talent.json_text;

CREATE TYPE talent.new_person AS (
	id uuid, id_type text, id_country text, id_hash bytea, id_cipher bytea, id_key smallint,
	id_masked text, name text
);

-- Certificates: those that are published with it, the skill grade's first; none when it is no pass, when
-- its publication waits, or when nothing was signed because something stands in the way.
CREATE TYPE talent.new_result AS (
	assessment uuid, person talent.new_person, attendance text, theory numeric, skill numeric,
	review numeric, supplied_number text, outcome text, failed_parts text[], publish_on date,
	certificates talent.new_certificate[]
);

CREATE TYPE talent.new_session AS (
	id uuid, institution uuid, title text, occupation text, edition text, work_type text, level text,
	starts_on date, ends_on date, hours int, capacity int, district text
);

CREATE TYPE talent.new_exam AS (
	id uuid, body uuid, code text, session uuid, occupation text, edition text, work_type text,
	level text, partner text, held_on date, publicity_days int
);

DROP FUNCTION IF EXISTS talent.session_create(uuid, text, bytea, bytea, uuid, uuid, text, text, text, text,
	text, date, date, int, int, text);
DROP FUNCTION IF EXISTS talent.session_enrol(uuid, text, bytea, bytea, uuid, uuid, uuid, text, text, bytea,
	bytea, smallint, text, text);
DROP FUNCTION IF EXISTS talent.exam_create(uuid, text, bytea, bytea, uuid, uuid, text, uuid, text, text,
	text, text, text, date, int);
DROP FUNCTION IF EXISTS talent.assessment_submit(uuid, text, bytea, bytea, uuid, uuid, uuid, text, text,
	bytea, bytea, smallint, text, text, text, numeric, numeric, numeric, text, text, text[], date,
	timestamptz, uuid, uuid, text, text, bytea, text, int, int, date, text,
	uuid, uuid, text, text, bytea, text, int, int, date, text);
DROP FUNCTION IF EXISTS talent.assessment_publish(uuid, text, bytea, bytea, uuid, timestamptz,
	uuid, uuid, text, text, bytea, text, int, int, date, text,
	uuid, uuid, text, text, bytea, text, int, int, date, text);
