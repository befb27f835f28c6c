-- The registry's own key: of no organisation, and for one thing, the receipts of verifications. Whoever has a
-- receipt finds it in the registry's own DID document, and never in an issuer's.

ALTER TABLE talent.issuer_key
	ALTER COLUMN organisation DROP NOT NULL,
	DROP CONSTRAINT issuer_key_signs,
	ADD CONSTRAINT issuer_key_signs CHECK (CASE signs WHEN 'certificates' THEN true
		WHEN 'lists' THEN kind = 'ed25519' WHEN 'receipts' THEN kind = 'p256' ELSE false END) NOT VALID,
	ADD CONSTRAINT issuer_key_registry CHECK ((organisation IS NULL) = (signs = 'receipts')) NOT VALID;
ALTER TABLE talent.key_action ALTER COLUMN organisation DROP NOT NULL;

-- One that signs and one that follows it, of the registry as of any issuer.
DROP INDEX talent.issuer_key_active;
DROP INDEX talent.issuer_key_next;
DROP INDEX talent.key_action_open;
CREATE UNIQUE INDEX issuer_key_active ON talent.issuer_key (organisation, kind, signs)
	NULLS NOT DISTINCT WHERE state = 'active';
CREATE UNIQUE INDEX issuer_key_next ON talent.issuer_key (organisation, kind, signs)
	NULLS NOT DISTINCT WHERE state = 'published';
CREATE UNIQUE INDEX key_action_open ON talent.key_action
	(coalesce(organisation, '00000000-0000-0000-0000-000000000000'), action, coalesce(key, ''))
	WHERE state = 'awaiting_approval';
