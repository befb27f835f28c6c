-- An issuing key that was lost with a restored database is entered again with its public half, which the
-- journals have: it verifies, and signs nothing more.
ALTER TABLE talent.issuer_key
	ALTER COLUMN wrapped DROP NOT NULL,
	ADD CONSTRAINT issuer_key_boxed CHECK (wrapped IS NOT NULL OR state <> 'active');
DROP FUNCTION IF EXISTS talent.issuer_key_store(uuid, text, bytea, bytea, uuid, text, bytea, bytea);
