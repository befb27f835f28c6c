-- What a policy says on a day.
CREATE OR REPLACE FUNCTION talent._policy(_name text, _day date) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT v.value FROM policy_version v WHERE v.policy = _name AND v.in_force_from <= _day
	    ORDER BY v.in_force_from DESC, v.version DESC LIMIT 1);
END
$$;
GRANT EXECUTE ON FUNCTION talent._policy(text, date) TO talent_worker, talent_clerk, talent_jobs;
