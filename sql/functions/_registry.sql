-- The registry itself, where an issuer's slug stands: no organisation can be called so (domain/registry.h).
CREATE OR REPLACE FUNCTION talent._registry() RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT text '_registry' $$;
GRANT EXECUTE ON FUNCTION talent._registry TO talent_worker, talent_jobs, talent_clerk;

-- The guard of whoever's keys these are; of the registry (null) one of its own.
CREATE OR REPLACE FUNCTION talent._guard_keys(_organisation uuid) RETURNS void
LANGUAGE sql AS $$
	SELECT talent._guard_alone(7101, coalesce(_organisation, '00000000-0000-0000-0000-000000000000'));
$$;
