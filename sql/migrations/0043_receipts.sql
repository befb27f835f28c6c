-- Receipts: what the registry has signed about verification records. What is to be signed is here before the signer is
-- asked, so nothing in its journal lacks a row; the signature follows. One of a record for each way in which its
-- certificate stands and each day: "now" is never older, and whoever holds a reference has nothing to fill this with.

CREATE TABLE talent.verification_receipt (
	hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),	-- SHA-256 of input, as in the signer's journal
	key text COLLATE "C" NOT NULL REFERENCES talent.issuer_key,
	made_at timestamptz NOT NULL,	-- as it says
	day date NOT NULL,		-- Asia/Shanghai
	standing text COLLATE "C" NOT NULL,	-- of the certificate then; empty: none was shown
	-- Null: forgotten with its record. The hash stays, which this table worked out itself. No foreign key: who
	-- forgets takes both, and passes over a record that somebody has signed about just now.
	reference bytea,
	input text COMPRESSION lz4 CHECK (length(input) < 40000
		AND input LIKE 'eyJ0eXAiOiJ2ZXJpZmljYXRpb24tcmVjZWlwdCtqd3QiLCJh%'),	-- domain/registry.h
	signature bytea CHECK (octet_length(signature) = 64),	-- null too while nothing is known to be signed
	signed boolean NOT NULL DEFAULT false,	-- a signature was given out
	CONSTRAINT verification_receipt_kept CHECK ((reference IS NULL) = (input IS NULL)
		AND (signature IS NULL OR (signed AND input IS NOT NULL)))
);
CREATE UNIQUE INDEX verification_receipt_of ON talent.verification_receipt (reference, standing, day, key);

CREATE FUNCTION talent._receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM talent.issuer_key k WHERE k.key = NEW.key AND k.signs = 'receipts') THEN
		RAISE EXCEPTION 'receipt by key %', NEW.key
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'verification_receipt_key';
	END IF;
	IF NEW.made_at NOT BETWEEN now() - interval '10 minutes' AND now() + interval '1 minute' THEN
		RAISE EXCEPTION 'receipt was not made at %', NEW.made_at
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'verification_receipt_made';
	END IF;
	NEW.day := (NEW.made_at AT TIME ZONE 'Asia/Shanghai')::date;
	NEW.hash := sha256(convert_to(NEW.input, 'UTF8'));
	RETURN NEW;
END
$$;
CREATE TRIGGER verification_receipt_made BEFORE INSERT ON talent.verification_receipt
	FOR EACH ROW EXECUTE FUNCTION talent._receipt();
CREATE TRIGGER verification_receipt_held BEFORE INSERT ON talent.verification_receipt
	FOR EACH STATEMENT EXECUTE FUNCTION talent._refuse_held();
-- It is signed once, and forgotten once.
CREATE TRIGGER verification_receipt_kept BEFORE UPDATE ON talent.verification_receipt FOR EACH ROW
	WHEN ((OLD.hash, OLD.key, OLD.made_at, OLD.day, OLD.standing) IS DISTINCT FROM
		(NEW.hash, NEW.key, NEW.made_at, NEW.day, NEW.standing)
		OR OLD.reference IS NULL OR OLD.signed > NEW.signed
		OR (NEW.input IS NOT NULL AND (OLD.input, OLD.reference) IS DISTINCT FROM (NEW.input, NEW.reference))
		OR (NEW.input IS NOT NULL AND OLD.signature IS NOT NULL
			AND OLD.signature IS DISTINCT FROM NEW.signature))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER verification_receipt_immutable BEFORE DELETE ON talent.verification_receipt
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER verification_receipt_truncate BEFORE TRUNCATE ON talent.verification_receipt
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.verification_receipt TO talent_worker, talent_jobs, talent_clerk;
