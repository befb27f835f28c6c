-- The table of migrations, and that the daemons' roles may read it. Creating a schema needs a right on the
-- database that the owner role need not have once the schema is there. 0021 gives talent_jobs what talent_clerk has.
--
-- @row none
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_owner' AND pg_has_role(rolname, 'MEMBER')) THEN
		SET ROLE talent_owner;
	END IF;
	IF to_regnamespace('talent') IS NULL THEN CREATE SCHEMA talent; END IF;
	IF to_regclass('talent.schema_migration') IS NULL THEN
		CREATE TABLE talent.schema_migration (
			name text PRIMARY KEY,
			number integer NOT NULL CHECK (number >= 0),
			checksum text NOT NULL CHECK (checksum ~ '^[0-9a-f]{64}$'),
			compatible integer NOT NULL DEFAULT 0 CHECK (compatible >= 0),
			applied_at timestamptz NOT NULL DEFAULT now(),
			applied_by text NOT NULL DEFAULT session_user);
		IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_worker') THEN
			GRANT USAGE ON SCHEMA talent TO talent_worker;
			GRANT SELECT ON talent.schema_migration TO talent_worker;
		END IF;
		IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_clerk') THEN
			GRANT USAGE ON SCHEMA talent TO talent_clerk;
			GRANT SELECT ON talent.schema_migration TO talent_clerk;
		END IF;
	END IF;
END $$
