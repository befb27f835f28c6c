-- What a worker that somebody has taken over can still do to keys and dates is bounded here.

-- The box in which a key was kept before it was wrapped anew stays until the new one has opened: the
-- clerk says so, no worker can.
ALTER TABLE talent.issuer_key ADD COLUMN wrapped_before bytea CHECK (length(wrapped_before) > 32);
CREATE INDEX issuer_key_unconfirmed ON talent.issuer_key (key) WHERE wrapped_before IS NOT NULL;

-- A certificate is issued now, not at a time of somebody's choice (the owner's repairs aside), and
-- its number has the form of its kind.
CREATE OR REPLACE FUNCTION talent._certificate_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.kind IN ('skill_grade', 'company') THEN
		IF NOT EXISTS (SELECT FROM talent.assessment a WHERE a.id = NEW.assessment
		    AND a.xact = pg_current_xact_id() AND a.outcome = 'pass') THEN
			RAISE EXCEPTION 'assessment % is not being published', NEW.assessment
			    USING ERRCODE = 'TA001', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
			    CONSTRAINT = 'assessment_certificates';
		END IF;
	ELSIF NEW.assessment IS NOT NULL
	    OR NEW.kind NOT IN ('special_skill', 'appointment', 'recommendation') THEN
		RAISE EXCEPTION 'certificate % is of no kind for that', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_form';
	END IF;
	IF length(NEW.number) NOT BETWEEN 5 AND 60
	    OR NEW.number !~ (CASE NEW.kind
	        WHEN 'skill_grade' THEN '^[YSJ][0-9]{14}[1-5][0-9]{6}$'
	        WHEN 'company' THEN '^[A-Z0-9]+(-[A-Z0-9]+)*-[0-9]{4}-[0-9]{8}$'
	        ELSE '^[-0-9A-Z]+$' END)
	    OR NEW.issued_on <> (NEW.issued_at AT TIME ZONE 'Asia/Shanghai')::date
	    OR (NEW.issued_at NOT BETWEEN now() - interval '10 minutes' AND now() + interval '1 minute'
	        AND NOT talent._maintenance()) THEN
		RAISE EXCEPTION 'certificate number % or date %', NEW.number, NEW.issued_on
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_form';
	END IF;
	RETURN NEW;
END
$$;

-- The time from which a revoked key is judged.
CREATE FUNCTION talent._version_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.made_at NOT BETWEEN now() - interval '10 minutes' AND now() + interval '1 minute'
	    AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'version % was not made at %', NEW.id, NEW.made_at
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'certificate_version_form';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER version_in_time BEFORE INSERT ON talent.certificate_version
	FOR EACH ROW EXECUTE FUNCTION talent._version_in_time();
