-- Issuing keys for two things: certificates, and status lists. A list key signs lists for as long as a
-- certificate points at them, whatever becomes of the pair that signs certificates.
--
-- A key that takes another's place is published first, in the DID document, and begins to sign when
-- nobody can have a copy of that document any more in which it is not listed.

ALTER TABLE talent.issuer_key
	ADD COLUMN signs text COLLATE "C" NOT NULL DEFAULT 'certificates',
	ADD COLUMN signs_from timestamptz,	-- of one that was published first
	ADD CONSTRAINT issuer_key_signs CHECK (signs = 'certificates'
		OR (signs = 'lists' AND kind = 'ed25519')) NOT VALID,
	DROP CONSTRAINT issuer_key_state_check,
	ADD CONSTRAINT issuer_key_state
		CHECK (state IN ('published', 'active', 'retired', 'revoked')) NOT VALID,
	DROP CONSTRAINT issuer_key_check,
	ADD CONSTRAINT issuer_key_retired
		CHECK ((state IN ('published', 'active')) = (retired_at IS NULL)) NOT VALID,
	ADD CONSTRAINT issuer_key_published
		CHECK (state <> 'published' OR signs_from IS NOT NULL) NOT VALID,
	DROP CONSTRAINT issuer_key_boxed,
	ADD CONSTRAINT issuer_key_boxed
		CHECK (wrapped IS NOT NULL OR state NOT IN ('published', 'active')) NOT VALID;
DROP INDEX talent.issuer_key_active;
CREATE UNIQUE INDEX issuer_key_active ON talent.issuer_key (organisation, kind, signs)
	WHERE state = 'active';
CREATE UNIQUE INDEX issuer_key_next ON talent.issuer_key (organisation, kind, signs)
	WHERE state = 'published';

-- Published, active, retired, revoked: never back.
DROP TRIGGER issuer_key_transition ON talent.issuer_key;
CREATE TRIGGER issuer_key_transition BEFORE UPDATE ON talent.issuer_key FOR EACH ROW
	WHEN (OLD.state <> NEW.state AND (NEW.state = 'published' OR OLD.state = 'revoked'
		OR (NEW.state = 'active' AND OLD.state <> 'published')))
	EXECUTE FUNCTION talent._transition();
CREATE TRIGGER issuer_key_signs_immutable BEFORE UPDATE ON talent.issuer_key FOR EACH ROW
	WHEN (OLD.signs <> NEW.signs)
	EXECUTE FUNCTION talent._immutable();

-- What an approval made: the new pair, or the list key that follows another.
ALTER TABLE talent.key_action
	ADD COLUMN new_key text COLLATE "C" REFERENCES talent.issuer_key,
	ADD COLUMN new_jwt_key text COLLATE "C" REFERENCES talent.issuer_key;

DROP FUNCTION IF EXISTS talent.key_action_request(uuid, text, bytea, bytea, uuid, text, text, text, date);
DROP FUNCTION IF EXISTS talent.key_action_approve(uuid, text, bytea, bytea, uuid, text, bytea, bytea,
	text, bytea, bytea);
