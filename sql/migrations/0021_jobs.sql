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
GRANT SELECT ON talent.job_item TO talent_worker, talent_clerk;

-- Claims of half a minute: the next ones are made there.
DROP FUNCTION IF EXISTS talent.assessment_claim(text, uuid);
DROP TABLE talent.publication_claim;
