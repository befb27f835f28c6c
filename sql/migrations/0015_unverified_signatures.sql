-- Signatures that nobody has verified yet, and those that were found to be none. Whoever can call the
-- write functions can have any text stored as a signed document; that it is one is said of what was
-- verified, and of nothing else. A row comes with what is stored, whoever stores it, and goes when the
-- clerk has verified it: what has no row is verified.

CREATE TABLE talent.unverified_signature (
	version uuid NOT NULL,
	key text COLLATE "C" NOT NULL,	-- of the version's proof, or of a JWT of it
	-- New whenever what is stored changes: what was verified is what is stored now.
	serial bigint GENERATED ALWAYS AS IDENTITY,
	failed text,	-- why it is no signature of what the registry says; null: not looked at yet
	failed_at timestamptz,
	PRIMARY KEY (version, key),
	CONSTRAINT unverified_signature_serial_key UNIQUE (serial),
	CHECK ((failed IS NULL) = (failed_at IS NULL))
);
CREATE INDEX unverified_signature_open ON talent.unverified_signature (serial)
	WHERE failed IS NULL;
CREATE TRIGGER unverified_signature_truncate BEFORE TRUNCATE ON talent.unverified_signature
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.unverified_signature TO talent_worker, talent_clerk;

INSERT INTO talent.unverified_signature (version, key)
SELECT s.version, s.key FROM (
	SELECT v.id AS version, v.key FROM talent.certificate_version v
	UNION ALL SELECT j.version, j.key FROM talent.certificate_jwt j) s
ORDER BY s.version, s.key
ON CONFLICT DO NOTHING;

CREATE FUNCTION talent._unverified(_version uuid, _key text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO talent.unverified_signature AS u (version, key) VALUES (_version, _key)
	ON CONFLICT (version, key) DO UPDATE SET serial = DEFAULT, failed = NULL, failed_at = NULL;
END
$$;

-- Repairs and erasure included: what is changed is unverified again, what is gone is not asked for.
CREATE FUNCTION talent._signature_stored() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'certificate_jwt' THEN
		DELETE FROM talent.unverified_signature u
		WHERE u.version = OLD.version AND u.key = OLD.key;
	ELSIF TG_OP = 'DELETE' THEN
		DELETE FROM talent.unverified_signature u WHERE u.version = OLD.id;
	ELSIF TG_TABLE_NAME = 'certificate_jwt' THEN
		PERFORM talent._unverified(NEW.version, NEW.key);
	ELSIF TG_TABLE_NAME = 'certificate_document' THEN
		PERFORM talent._unverified(v.id, v.key) FROM talent.certificate_version v
		WHERE v.id = NEW.version;
	ELSE
		PERFORM talent._unverified(NEW.id, NEW.key);
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER certificate_version_stored AFTER INSERT OR UPDATE OR DELETE
	ON talent.certificate_version
	FOR EACH ROW EXECUTE FUNCTION talent._signature_stored();
CREATE TRIGGER certificate_document_stored AFTER UPDATE ON talent.certificate_document
	FOR EACH ROW EXECUTE FUNCTION talent._signature_stored();
CREATE TRIGGER certificate_jwt_stored AFTER INSERT OR UPDATE OR DELETE ON talent.certificate_jwt
	FOR EACH ROW EXECUTE FUNCTION talent._signature_stored();
