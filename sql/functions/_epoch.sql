-- The epoch: one run of one server. A restored database begins a new one, a promoted standby has
-- another than the primary that its data came from.
CREATE OR REPLACE FUNCTION talent._epoch() RETURNS bigint
LANGUAGE sql STABLE AS $$
	SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint
$$;
