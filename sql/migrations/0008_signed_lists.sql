-- Which status lists were signed. Their bytes follow from committed state and are not kept; the
-- hash is, so that the signer's journal can be held against everything that was signed.

CREATE TABLE talent.signed_list (
	hash bytea PRIMARY KEY CHECK (length(hash) = 32),	-- of the signed bytes, as the journal's
	issuer uuid NOT NULL REFERENCES talent.organisation,
	purpose text COLLATE "C" NOT NULL,
	list int NOT NULL,
	rev bigint NOT NULL,
	key text COLLATE "C" NOT NULL REFERENCES talent.issuer_key,
	made_at timestamptz NOT NULL
);
CREATE TRIGGER signed_list_immutable BEFORE UPDATE OR DELETE ON talent.signed_list
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER signed_list_truncate BEFORE TRUNCATE ON talent.signed_list
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.signed_list TO talent_worker, talent_clerk;
