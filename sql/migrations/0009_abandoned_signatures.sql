-- What was signed and then not stored: a lost race, a client that left, a database that was away.
-- The document is kept without its signature, so that the hash in the signer's journal can be
-- worked out from it; nobody ever had the signature. Its place in the status list is revoked, so
-- that it could not pass even if somebody had.

CREATE TABLE talent.abandoned_signature (
	version uuid NOT NULL,
	key text COLLATE "C" NOT NULL REFERENCES talent.issuer_key,
	issuer uuid NOT NULL REFERENCES talent.organisation,
	-- A credential or a JWT, its signature replaced by zeros.
	document text COMPRESSION lz4 NOT NULL CHECK (length(document) < 100000),
	-- As the document says; null: a JWT, which shares the place of the stored credential.
	list integer CHECK (list > 0),
	idx integer CHECK (idx BETWEEN 0 AND 131071),
	reason text NOT NULL,	-- what the write said, or unstored: none was heard of
	request text,
	abandoned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	void_rev bigint,	-- since when its place is revoked
	PRIMARY KEY (version, key),
	CHECK ((list IS NULL) = (idx IS NULL)),
	CHECK (list IS NOT NULL OR void_rev IS NULL)
);
CREATE UNIQUE INDEX abandoned_signature_position
	ON talent.abandoned_signature (issuer, list, idx) WHERE list IS NOT NULL;
CREATE INDEX abandoned_signature_unvoided ON talent.abandoned_signature (abandoned_at)
	WHERE list IS NOT NULL AND void_rev IS NULL;

CREATE TRIGGER abandoned_signature_immutable BEFORE DELETE ON talent.abandoned_signature
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER abandoned_signature_kept BEFORE UPDATE ON talent.abandoned_signature FOR EACH ROW
	WHEN ((OLD.version, OLD.key, OLD.issuer, OLD.document, OLD.list, OLD.idx, OLD.reason,
		OLD.request, OLD.abandoned_at) IS DISTINCT FROM (NEW.version, NEW.key, NEW.issuer,
		NEW.document, NEW.list, NEW.idx, NEW.reason, NEW.request, NEW.abandoned_at)
		OR OLD.void_rev IS NOT NULL)
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER abandoned_signature_truncate BEFORE TRUNCATE ON talent.abandoned_signature
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.abandoned_signature TO talent_worker, talent_clerk;
