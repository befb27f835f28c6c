-- Sites are opened, changed and ended by the API.

ALTER TABLE talent.site
	ADD COLUMN valid_to date,		-- its last day; null: no end
	ADD COLUMN end_reason text;
CREATE TYPE talent.new_site AS (
	id uuid, organisation text, code text, name text, district text, number_prefix text, number_mode text,
	also_supplied boolean
);

-- A pass cannot wait for its number, so none is supplied later: where that was written, results bring theirs.
UPDATE talent.site SET number_mode = 'supplied' WHERE number_mode = 'supplied_later';
ALTER TABLE talent.site
	DROP CONSTRAINT site_number_mode,
	ADD CONSTRAINT site_number_mode CHECK (number_mode IN ('minted', 'supplied'));

-- Prefix and mode stand from the first pass on: its number begins with the one and came by the other.
DROP TRIGGER site_facts_immutable ON talent.site;
CREATE TRIGGER site_facts_immutable BEFORE UPDATE ON talent.site FOR EACH ROW
	WHEN ((OLD.id, OLD.organisation, OLD.code, OLD.continues, OLD.created_at) IS DISTINCT FROM
		(NEW.id, NEW.organisation, NEW.code, NEW.continues, NEW.created_at))
	EXECUTE FUNCTION talent._immutable();
CREATE FUNCTION talent._site_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF talent._site_numbered(OLD.id) AND NOT talent._maintenance() THEN
		RAISE EXCEPTION 'site % has given numbers', OLD.id
		    USING ERRCODE = 'TA002', SCHEMA = 'talent', TABLE = 'site', CONSTRAINT = 'site_numbers';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER site_numbers BEFORE UPDATE ON talent.site FOR EACH ROW
	WHEN ((OLD.number_prefix, OLD.number_mode) IS DISTINCT FROM (NEW.number_prefix, NEW.number_mode))
	EXECUTE FUNCTION talent._site_numbers();
