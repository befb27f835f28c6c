-- Lost certificates whose holders present their credentials. One person asks, another one approves;
-- then the result may be submitted again under the old number, for this holder and nobody else.

CREATE TABLE talent.adoption (
	id uuid PRIMARY KEY,
	version uuid NOT NULL REFERENCES talent.lost_certificate,
	number text COLLATE "C" NOT NULL,
	holder text NOT NULL,		-- as the credential says
	state text NOT NULL DEFAULT 'awaiting_approval'
		CHECK (state IN ('awaiting_approval', 'approved', 'expired')),
	requested_by uuid NOT NULL,	-- token or client certificate, as in audit
	requested_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
	decided_by uuid,
	decided_at timestamptz,
	CONSTRAINT adoption_decided CHECK ((state = 'approved') = (decided_by IS NOT NULL)
		AND (state = 'awaiting_approval') = (decided_at IS NULL)),
	CONSTRAINT adoption_two_persons CHECK (state <> 'approved' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX adoption_open ON talent.adoption (number) WHERE state <> 'expired';

CREATE TRIGGER adoption_immutable BEFORE DELETE ON talent.adoption
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER adoption_truncate BEFORE TRUNCATE ON talent.adoption
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER adoption_transition BEFORE UPDATE ON talent.adoption FOR EACH ROW
	WHEN ((OLD.id, OLD.version, OLD.number, OLD.holder, OLD.requested_by, OLD.requested_at,
		OLD.expires_at) IS DISTINCT FROM (NEW.id, NEW.version, NEW.number, NEW.holder,
		NEW.requested_by, NEW.requested_at, NEW.expires_at)
		OR OLD.state <> 'awaiting_approval'
		OR (NEW.state = 'approved' AND now() >= OLD.expires_at)
		OR (NEW.state = 'expired' AND now() < OLD.expires_at))
	EXECUTE FUNCTION talent._transition();
GRANT SELECT ON talent.adoption TO talent_worker, talent_clerk;

-- The number of a lost certificate is its holder's.
CREATE FUNCTION talent._lost_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM talent.lost_certificate l WHERE l.number = NEW.supplied_number)
	    AND NOT EXISTS (SELECT FROM talent.adoption a WHERE a.number = NEW.supplied_number
	        AND a.state = 'approved' AND a.holder = NEW.name) THEN
		RAISE EXCEPTION 'number % belongs to a certificate that is lost', NEW.supplied_number
		    USING ERRCODE = 'TA007', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'lost_number';
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER assessment_lost_number AFTER INSERT ON talent.assessment FOR EACH ROW
	WHEN (NEW.supplied_number IS NOT NULL)
	EXECUTE FUNCTION talent._lost_number();
