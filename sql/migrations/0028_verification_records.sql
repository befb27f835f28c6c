-- What a verification leaves behind: a record under the reference that its answer names. Whoever holds the
-- reference may see it again until the day that was promised with it; then it goes.

CREATE TYPE talent.new_verification_record AS (
	reference bytea, checked_at timestamptz, result text, name text, version uuid, asked bytea,
	caller text, kept_until date
);

-- No foreign key to the version: it cannot go, and a check of each row would write a lock on a version
-- that many look at. No name that was typed, no address: only that somebody of this kind asked.
CREATE TABLE talent.verification_record (
	reference bytea PRIMARY KEY CHECK (octet_length(reference) = 10),
	checked_at timestamptz NOT NULL,	-- of the read that the answer rests on
	result text COLLATE "C" NOT NULL,	-- domain/verdict.h
	name text COLLATE "C" NOT NULL,		-- not_made, passed, failed
	version uuid,				-- of the certificate that the answer showed
	asked bytea,				-- else a keyed hash of what was asked
	caller text COLLATE "C" NOT NULL,	-- page, public, or a role
	kept_until date NOT NULL,		-- the last day, Asia/Shanghai
	CONSTRAINT verification_record_about CHECK ((version IS NULL) <> (asked IS NULL)
		AND octet_length(asked) = 32)
);
CREATE INDEX verification_record_kept ON talent.verification_record (kept_until);
CREATE TRIGGER verification_record_immutable BEFORE UPDATE ON talent.verification_record
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER verification_record_truncate BEFORE TRUNCATE ON talent.verification_record
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.verification_record TO talent_worker, talent_jobs, talent_clerk;
