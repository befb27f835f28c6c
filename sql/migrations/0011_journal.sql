-- What was acknowledged is also in journals outside the database, one on each host. A database that
-- does not have what they have is older than what was acknowledged: it was restored, or a standby
-- took over that had not received everything. It issues nothing and no verdict is given from it
-- until `talentd recover` has run.

-- The journals that are known, and how far each has been found in this very history: restored with
-- it, the mark is never beyond what is there.
CREATE TABLE talent.journal_host (
	id uuid PRIMARY KEY,			-- of the journal: its first line
	name text NOT NULL,
	joined_at timestamptz NOT NULL DEFAULT now(),
	compared bigint NOT NULL DEFAULT 0,	-- every line up to this number is in the database
	epoch bigint,				-- in which it was last compared to its end
	seen_at timestamptz NOT NULL DEFAULT now(),
	lost_at timestamptz			-- given up: talentd recover --lost
);
CREATE TRIGGER journal_host_immutable BEFORE DELETE ON talent.journal_host
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.journal_host TO talent_worker, talent_clerk;

-- An epoch is one run of one server. cleared_epoch: every host has compared its journal in it; null:
-- there has never been a journal. held: somebody found a gap.
ALTER TABLE talent.status_clock
	ADD COLUMN epoch bigint,
	ADD COLUMN epoch_since timestamptz,
	ADD COLUMN cleared_epoch bigint,
	ADD COLUMN held boolean NOT NULL DEFAULT false,
	ADD COLUMN held_because text,
	ADD CONSTRAINT status_clock_held CHECK (held = (held_because IS NOT NULL));

-- Certificates that were stored, by the journals, and that this history does not have.
CREATE TABLE talent.lost_certificate (
	version uuid PRIMARY KEY,
	certificate uuid NOT NULL,
	number text COLLATE "C" NOT NULL,
	issuer uuid NOT NULL,
	list int NOT NULL,
	idx int NOT NULL,
	state text NOT NULL CHECK (state IN ('valid', 'suspended', 'revoked', 'void')),
	journal uuid NOT NULL REFERENCES talent.journal_host,
	line bigint NOT NULL,
	found_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX lost_certificate_number ON talent.lost_certificate (number);
CREATE TRIGGER lost_certificate_immutable BEFORE UPDATE OR DELETE ON talent.lost_certificate
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER lost_certificate_truncate BEFORE TRUNCATE ON talent.lost_certificate
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.lost_certificate TO talent_worker, talent_clerk;

-- Nothing is issued while the history is in doubt.
CREATE FUNCTION talent._refuse_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM talent._not_held();
	RETURN NULL;
END
$$;
CREATE TRIGGER certificate_document_held BEFORE INSERT ON talent.certificate_document
	FOR EACH STATEMENT EXECUTE FUNCTION talent._refuse_held();
CREATE TRIGGER certificate_jwt_held BEFORE INSERT ON talent.certificate_jwt
	FOR EACH STATEMENT EXECUTE FUNCTION talent._refuse_held();
