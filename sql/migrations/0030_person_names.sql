-- What people are called. A row each time that changes, the last one of a person is in force: the name of
-- an enrolment, until a result says who was examined; the name of a result, which then binds whoever hands in the same
-- document; or none, when the last result that stood behind it was annulled. Rows stay; what was signed stays as
-- it was signed.
--
-- Names are compared by their keys (src/text/fold.h), which the daemon makes: what it hands over has them,
-- and those of older rows `talentd migrate` makes, and again when the rule says otherwise than it did.

CREATE DOMAIN talent.name_basis AS text
	CONSTRAINT name_basis_known CHECK (VALUE IN ('enrolment', 'result', 'released'));

CREATE TABLE talent.known_name (
	person uuid NOT NULL REFERENCES talent.person,
	n integer NOT NULL,			-- 1, 2, 3 ... of a person
	basis talent.name_basis NOT NULL,
	name talent.person_name,		-- as recorded; null: released
	record uuid,				-- the enrolment or assessment; null: the person's first, before this table
	rule smallint,				-- by which the keys were made; null: not yet
	joined text COLLATE "C",
	ordered text COLLATE "C",
	recorded_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (person, n)
);

CREATE FUNCTION talent._known_name_form() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW.basis = 'released') <> (NEW.name IS NULL) OR num_nulls(NEW.rule, NEW.joined, NEW.ordered) NOT IN (0, 3)
	    OR (NEW.name IS NULL AND NEW.rule IS NOT NULL) THEN
		RAISE EXCEPTION 'a name without its keys, or keys without a name' USING ERRCODE = '23514',
		    SCHEMA = 'talent', TABLE = 'known_name', CONSTRAINT = 'known_name_form';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER known_name_form BEFORE INSERT OR UPDATE ON talent.known_name
	FOR EACH ROW EXECUTE FUNCTION talent._known_name_form();
-- Its keys may be made anew, nothing else.
CREATE TRIGGER known_name_immutable BEFORE UPDATE ON talent.known_name FOR EACH ROW
	WHEN ((OLD.person, OLD.n, OLD.basis, OLD.name, OLD.record, OLD.recorded_at) IS DISTINCT FROM
		(NEW.person, NEW.n, NEW.basis, NEW.name, NEW.record, NEW.recorded_at))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER known_name_stays BEFORE DELETE ON talent.known_name
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER known_name_truncate BEFORE TRUNCATE ON talent.known_name
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();

-- Of everybody who is known: bound by results that stand, free where all were annulled.
INSERT INTO talent.known_name (person, n, basis, name, recorded_at)
SELECT p.id, 1, CASE WHEN EXISTS (SELECT FROM talent.assessment a WHERE a.person = p.id)
	THEN 'result' ELSE 'enrolment' END, p.name, p.created_at
FROM talent.person p;
INSERT INTO talent.known_name (person, n, basis)
SELECT k.person, 2, 'released' FROM talent.known_name k
WHERE k.basis = 'result' AND NOT EXISTS (
	SELECT FROM talent.assessment a WHERE a.person = k.person AND a.state <> 'annulled');

-- The name of each person that is in force; null: none is.
CREATE VIEW talent.name_in_force AS
SELECT p.id AS person, k.name, k.basis, k.record, k.recorded_at AS since
FROM talent.person p
LEFT JOIN LATERAL (SELECT * FROM talent.known_name n WHERE n.person = p.id ORDER BY n.n DESC LIMIT 1) k ON true;

GRANT SELECT ON talent.known_name, talent.name_in_force TO talent_worker, talent_jobs, talent_clerk;

-- Whoever enrolled somebody sees the name as he wrote it, not as others did.
ALTER TABLE talent.enrolment ADD COLUMN name talent.person_name;	-- null: the person's first

ALTER TYPE talent.new_person ADD ATTRIBUTE name_rule smallint;
ALTER TYPE talent.new_person ADD ATTRIBUTE name_joined text;
ALTER TYPE talent.new_person ADD ATTRIBUTE name_ordered text;
