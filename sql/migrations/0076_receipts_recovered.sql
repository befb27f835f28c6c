-- A receipt that was given out after the point to which the database was restored is known by its hash again, as one that
-- was forgotten is: a registry's journal says so.
DROP FUNCTION IF EXISTS talent.receipt_signed(bytea, bytea);
DROP FUNCTION IF EXISTS talent.receipt_begin(bytea, text, timestamptz, text, text);
CREATE OR REPLACE FUNCTION talent._receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM talent.issuer_key k WHERE k.key = NEW.key AND k.signs = 'receipts') THEN
		RAISE EXCEPTION 'receipt by key %', NEW.key
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'verification_receipt_key';
	END IF;
	NEW.day := (NEW.made_at AT TIME ZONE 'Asia/Shanghai')::date;
	IF NEW.input IS NULL AND NEW.signed THEN	-- recovered: the history is held until all of it is
		RETURN NEW;
	END IF;
	PERFORM talent._not_held();
	IF NEW.made_at NOT BETWEEN now() - interval '10 minutes' AND now() + interval '1 minute' THEN
		RAISE EXCEPTION 'receipt was not made at %', NEW.made_at
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'verification_receipt_made';
	END IF;
	NEW.hash := sha256(convert_to(NEW.input, 'UTF8'));
	RETURN NEW;
END
$$;
DROP TRIGGER verification_receipt_held ON talent.verification_receipt;
-- One that was forgotten before anybody knew that it had been signed is known to be by the journals.
DROP TRIGGER verification_receipt_kept ON talent.verification_receipt;
CREATE TRIGGER verification_receipt_kept BEFORE UPDATE ON talent.verification_receipt FOR EACH ROW
	WHEN ((OLD.hash, OLD.key, OLD.made_at, OLD.day, OLD.standing) IS DISTINCT FROM
		(NEW.hash, NEW.key, NEW.made_at, NEW.day, NEW.standing)
		OR (OLD.reference IS NULL AND (NEW.reference IS NOT NULL OR OLD.signed = NEW.signed))
		OR OLD.signed > NEW.signed
		OR (NEW.input IS NOT NULL AND (OLD.input, OLD.reference) IS DISTINCT FROM (NEW.input, NEW.reference))
		OR (NEW.input IS NOT NULL AND OLD.signature IS NOT NULL
			AND OLD.signature IS DISTINCT FROM NEW.signature))
	EXECUTE FUNCTION talent._immutable();
