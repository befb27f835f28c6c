-- How an accreditation, a recognition or an agreement stands today.
CREATE OR REPLACE FUNCTION talent._standing_state(_suspended_at timestamptz, _from date, _to date) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE
	    WHEN _suspended_at IS NOT NULL THEN 'suspended'
	    WHEN talent._today() < _from THEN 'not_yet'
	    WHEN talent._today() > _to THEN 'ended'
	    ELSE 'in_force' END
$$;
GRANT EXECUTE ON FUNCTION talent._standing_state TO talent_worker, talent_clerk, talent_jobs;
