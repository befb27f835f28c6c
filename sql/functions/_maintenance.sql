-- Whether the owner's login repairs by hand (as in _immutable). Deferred
-- checks ask it with the rights of whoever commits.
CREATE OR REPLACE FUNCTION talent._maintenance() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	-- null where it was never set: false, so that NOT of it is true
	RETURN current_setting('talent.maintenance', true) IS NOT DISTINCT FROM 'on'
	    AND pg_has_role(session_user, 'talent_owner', 'MEMBER');
END
$$;
GRANT EXECUTE ON FUNCTION talent._maintenance() TO talent_worker, talent_clerk, talent_jobs;
