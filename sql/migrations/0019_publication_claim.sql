-- Which clerk publishes a pass whose day has come: one of several, so that it is signed once. A claim
-- ends with the publication, or by itself when its clerk has died.

CREATE TABLE talent.publication_claim (
	assessment uuid PRIMARY KEY REFERENCES talent.assessment,
	request text NOT NULL,	-- of the clerk to itself
	ends_at timestamptz NOT NULL
);
CREATE TRIGGER publication_claim_truncate BEFORE TRUNCATE ON talent.publication_claim
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.publication_claim TO talent_worker, talent_clerk;
