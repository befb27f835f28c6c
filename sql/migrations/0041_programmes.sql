-- Programmes, their goals and milestones are kept by the city's administrators: each change is a version, with
-- what held from then on, who made it and why.

ALTER TABLE talent.programme
	ADD COLUMN id uuid NOT NULL CONSTRAINT programme_id_key UNIQUE DEFAULT gen_random_uuid();	-- in audit

CREATE TABLE talent.programme_version (
	programme text COLLATE "C" NOT NULL REFERENCES talent.programme,
	version integer NOT NULL CHECK (version > 0),
	state jsonb NOT NULL,			-- _programme_state: the programme with its goals
	reason text NOT NULL CHECK (reason ~ '\S'),
	set_by uuid,				-- null: the registry itself
	set_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme, version)
);
CREATE TRIGGER programme_version_immutable BEFORE UPDATE OR DELETE ON talent.programme_version
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER programme_version_truncate BEFORE TRUNCATE ON talent.programme_version
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
INSERT INTO talent.programme_version (programme, version, state, reason)
SELECT p.slug, 1, to_jsonb(p) - 'id' || jsonb_build_object(
	'measures', (SELECT jsonb_agg(x.measure ORDER BY x.measure) FROM talent.programme_measure x
		WHERE x.programme = p.slug),
	'goals', (SELECT jsonb_agg(to_jsonb(g) - 'programme' ORDER BY g.position) FROM talent.goal g
		WHERE g.programme = p.slug)), 'as it was'
FROM talent.programme p;

-- target 0: a milestone.
CREATE TYPE talent.new_goal AS (
	title text, title_en text, unit text, target bigint, measures text[], rule text, rule_version int
);

GRANT SELECT ON talent.programme_version TO talent_worker, talent_jobs, talent_clerk;
