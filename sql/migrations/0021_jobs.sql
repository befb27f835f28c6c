-- The role of background jobs has a new name; the old one stays beside it for one version, with the same
-- rights. Making roles is a superuser's.
DO $$
DECLARE
	_grant text;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_jobs')
	    OR NOT has_database_privilege('talent_jobs', current_database(), 'CONNECT') THEN
		RAISE EXCEPTION 'the role talent_jobs is missing or may not connect to this database: run'
		    ' sql/bootstrap.sql as a superuser, then migrate again';
	END IF;
	GRANT USAGE ON SCHEMA talent TO talent_jobs;
	FOR _grant IN
	    SELECT format('GRANT SELECT ON talent.%I TO talent_jobs', c.relname)
	    FROM pg_class c, aclexplode(c.relacl) x
	    WHERE c.relnamespace = 'talent'::regnamespace AND x.grantee = 'talent_clerk'::regrole
	    UNION ALL SELECT format('GRANT SELECT (%I) ON talent.%I TO talent_jobs', a.attname, c.relname)
	    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x
	    WHERE c.relnamespace = 'talent'::regnamespace AND x.grantee = 'talent_clerk'::regrole
	LOOP
		EXECUTE _grant;
	END LOOP;
END
$$;

-- Background work: who works at what, what is tried again and when, and what was given up. What there is to
-- do is said by the tables of the work itself (functions/_waiting.sql), so that nothing has to be put
-- into a queue, nor can be missing there; a row here comes with the claim of an item and goes when it is
-- done.

CREATE TABLE talent.job_item (
	job text COLLATE "C" NOT NULL,
	item text COLLATE "C" NOT NULL,		-- its key in the table that it waits in
	owner text,				-- whose claim it is: host and process; null: nobody's
	-- From then on it may be claimed: when the claim ends, or the pause after a failure; infinity: it
	-- was given up.
	ready_at timestamptz NOT NULL,
	tries integer NOT NULL CHECK (tries >= 0),
	failures integer NOT NULL DEFAULT 0 CHECK (failures >= 0),	-- tries that failed by its own fault
	reason text,				-- of the last failure
	since timestamptz NOT NULL DEFAULT clock_timestamp(),
	given_up_at timestamptz,
	PRIMARY KEY (job, item),
	CONSTRAINT job_item_given_up CHECK ((given_up_at IS NULL) = (ready_at < 'infinity')
		AND (given_up_at IS NULL OR (owner IS NULL AND reason IS NOT NULL)))
) WITH (fillfactor = 70);
CREATE INDEX job_item_gone ON talent.job_item (ready_at);
GRANT SELECT ON talent.job_item TO talent_worker, talent_jobs, talent_clerk;

-- Claims of half a minute: the next ones are made there, those of the version before too
-- (previous/assessment_claim.sql).
DROP TABLE talent.publication_claim;
