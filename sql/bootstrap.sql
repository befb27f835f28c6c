-- Run once by a superuser in the registry's own database, before the first migration:
--   psql -v ON_ERROR_STOP=1 -d talent -f sql/bootstrap.sql
-- Makes the roles and the schema; repeating it changes nothing. Everything else is made by
-- the migrations, which run as talent_owner.
--
--   talent_owner   owns schema and functions; nobody serves requests as this role
--   talent_worker  what a talentd worker logs in as: SELECT, and EXECUTE of write functions
--   talent_jobs    what its process for background jobs logs in as: publication, folding, retention
--   talent_eraser  what the one function runs as that takes people's names and documents out; nobody logs in
--   talent_clerk   what talent_jobs was called; goes with the next version

DO $$
DECLARE
	_role text;
BEGIN
	FOREACH _role IN ARRAY ARRAY['talent_owner', 'talent_worker', 'talent_jobs', 'talent_clerk'] LOOP
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = _role) THEN
			EXECUTE format('CREATE ROLE %I LOGIN NOINHERIT', _role);
		END IF;
	END LOOP;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'talent_eraser') THEN
		CREATE ROLE talent_eraser NOLOGIN NOINHERIT;
	END IF;
	GRANT talent_eraser TO talent_owner;
	EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database());
	EXECUTE format('GRANT CONNECT ON DATABASE %I TO talent_owner, talent_worker, talent_jobs, talent_clerk',
	    current_database());
	EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', current_database());
	EXECUTE format('ALTER DATABASE %I SET datestyle = ''ISO, YMD''', current_database());
	EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''read committed''',
	    current_database());
	FOREACH _role IN ARRAY ARRAY['talent_worker', 'talent_jobs', 'talent_clerk'] LOOP
		-- Every statement is prepared and looks rows up by key: one plan fits all values.
		EXECUTE format('ALTER ROLE %I IN DATABASE %I SET plan_cache_mode = force_generic_plan',
		    _role, current_database());
		EXECUTE format('ALTER ROLE %I IN DATABASE %I SET jit = off', _role, current_database());
		-- People's names and documents are in parameters, and in the rows that errors quote
		-- as DETAIL: whatever else is logged, neither of these is.
		EXECUTE format('ALTER ROLE %I IN DATABASE %I SET log_error_verbosity = terse', _role,
		    current_database());
		EXECUTE format('ALTER ROLE %I IN DATABASE %I SET log_parameter_max_length = 0', _role,
		    current_database());
		EXECUTE format('ALTER ROLE %I IN DATABASE %I SET log_parameter_max_length_on_error = 0',
		    _role, current_database());
	END LOOP;
	EXECUTE format('ALTER ROLE talent_worker IN DATABASE %I SET lock_timeout = ''500ms''',
	    current_database());
	EXECUTE format('ALTER ROLE talent_worker IN DATABASE %I SET statement_timeout = ''2s''',
	    current_database());
	EXECUTE format(
	    'ALTER ROLE talent_worker IN DATABASE %I SET idle_in_transaction_session_timeout = ''5s''',
	    current_database());
END
$$;

CREATE SCHEMA IF NOT EXISTS talent AUTHORIZATION talent_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA talent TO talent_worker, talent_jobs, talent_clerk;

-- Functions are for nobody unless their own file says for whom.
ALTER DEFAULT PRIVILEGES FOR ROLE talent_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
