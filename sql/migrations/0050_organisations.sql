-- Organisations apply, are approved or refused, are suspended and end. Those that were there are approved.
--   applied -> approved | refused      refused -> applied (the same credit code applies again)
--   approved <-> suspended             approved | suspended -> ended
-- suspended_at says since when an organisation may do nothing: it is null while it is approved, and at no other
-- time. Whoever asks for that need not know the states.

ALTER TABLE talent.organisation
	ADD COLUMN state text NOT NULL DEFAULT 'approved' CONSTRAINT organisation_state
		CHECK (state IN ('applied', 'approved', 'refused', 'suspended', 'ended')),
	ADD COLUMN state_since timestamptz NOT NULL DEFAULT now(),
	ADD COLUMN state_reason text,			-- of a refusal, suspension, reinstatement or ending
	ADD COLUMN area text COLLATE "C" REFERENCES talent.area,	-- applied for; in force: organisation_area
	ADD COLUMN contact_name text CONSTRAINT organisation_contact_name CHECK (length(contact_name) <= 100),
	ADD COLUMN contact_phone text CONSTRAINT organisation_contact_phone CHECK (length(contact_phone) <= 40),
	ADD COLUMN evidence text[] NOT NULL DEFAULT '{}',	-- where what was shown is to be found
	ADD CONSTRAINT organisation_name_form CHECK (name ~ '\S' AND length(name) <= 100) NOT VALID,
	ADD CONSTRAINT organisation_name_en_form CHECK (name_en ~ '\S' AND length(name_en) <= 200) NOT VALID;

UPDATE talent.organisation o SET state = 'suspended', state_since = o.suspended_at,
	state_reason = (SELECT u.detail ->> 'reason' FROM talent.audit u
	    WHERE u.object = o.id AND u.action = 'organisation_suspend' ORDER BY u.id DESC LIMIT 1)
WHERE o.suspended_at IS NOT NULL;
UPDATE talent.organisation o SET state_since = o.created_at WHERE o.suspended_at IS NULL;
ALTER TABLE talent.organisation ADD CONSTRAINT organisation_in_force
	CHECK ((state = 'approved') = (suspended_at IS NULL));

-- Whoever writes one of the two writes both.
CREATE FUNCTION talent._organisation_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.state = (CASE TG_OP WHEN 'UPDATE' THEN OLD.state ELSE 'approved' END)
	    AND (NEW.state = 'approved') <> (NEW.suspended_at IS NULL) THEN
		NEW.state := CASE WHEN NEW.suspended_at IS NULL THEN 'approved' ELSE 'suspended' END;
		NEW.state_since := now();
	ELSIF (NEW.state = 'approved') <> (NEW.suspended_at IS NULL) THEN
		NEW.suspended_at := CASE WHEN NEW.state = 'approved' THEN NULL ELSE now() END;
	END IF;
	IF TG_OP = 'UPDATE' AND NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('applied', 'approved'),
	    ('applied', 'refused'), ('refused', 'applied'), ('approved', 'suspended'), ('suspended', 'approved'),
	    ('approved', 'ended'), ('suspended', 'ended')) THEN
		RAISE EXCEPTION 'an organisation that is % may not become %', OLD.state, NEW.state
		    USING ERRCODE = 'TA003', SCHEMA = 'talent', TABLE = 'organisation',
		    CONSTRAINT = 'organisation_transition';
	END IF;
	RETURN NEW;
END
$$;
-- Behind a_guard: triggers of one kind run in the order of their names.
CREATE TRIGGER b_state BEFORE INSERT OR UPDATE ON talent.organisation
	FOR EACH ROW EXECUTE FUNCTION talent._organisation_state();
-- Addresses, identifiers and numbers carry the slug: it stands from the approval on.
CREATE TRIGGER organisation_facts_immutable BEFORE UPDATE ON talent.organisation FOR EACH ROW
	WHEN (OLD.id <> NEW.id OR OLD.created_at <> NEW.created_at
		OR ((OLD.slug, OLD.credit_code) IS DISTINCT FROM (NEW.slug, NEW.credit_code) AND OLD.state <> 'refused'))
	EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER organisation_name_shown BEFORE INSERT OR UPDATE OF name ON talent.organisation
	FOR EACH ROW EXECUTE FUNCTION talent._shown('name');
CREATE INDEX organisation_of_state ON talent.organisation (state, slug);

CREATE TYPE talent.new_organisation AS (
	id uuid, slug text, credit_code text, name text, name_en text, kinds text[], district text, area text,
	contact_name text, contact_phone text, evidence text[]
);
