-- Issuing keys of two kinds, told apart by their own id: Ed25519 (z6Mk…) for embedded proofs,
-- P-256 (zDn…) for the JWT form; and the JWTs that were made.

ALTER TABLE talent.issuer_key
	DROP CONSTRAINT issuer_key_public_check,
	ADD COLUMN kind text NOT NULL GENERATED ALWAYS AS
		(CASE WHEN key LIKE 'zDn%' THEN 'p256' ELSE 'ed25519' END) STORED,
	ADD CONSTRAINT issuer_key_public_check
		CHECK (length(public) = CASE WHEN key LIKE 'zDn%' THEN 64 ELSE 32 END);
DROP INDEX talent.issuer_key_active;
CREATE UNIQUE INDEX issuer_key_active ON talent.issuer_key (organisation, kind)
	WHERE state = 'active';

CREATE DOMAIN talent.signed_jwt AS text
	CHECK (VALUE ~ '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}$');

-- The JWT form of a version. An ES256 signature differs each time, so it is made once and
-- stays; another key makes another only after the first one's key was revoked.
CREATE TABLE talent.certificate_jwt (
	version uuid NOT NULL REFERENCES talent.certificate_document,
	key text COLLATE "C" NOT NULL REFERENCES talent.issuer_key,
	jwt talent.signed_jwt COMPRESSION lz4 NOT NULL,
	made_at timestamptz NOT NULL,
	PRIMARY KEY (version, key)
);
CREATE TRIGGER certificate_jwt_immutable BEFORE UPDATE OR DELETE ON talent.certificate_jwt
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER certificate_jwt_truncate BEFORE TRUNCATE ON talent.certificate_jwt
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.certificate_jwt TO talent_worker, talent_clerk;
