-- Whether the owner's login repairs by hand (as in _immutable).
CREATE OR REPLACE FUNCTION talent._maintenance() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN current_setting('talent.maintenance', true) = 'on'
	    AND pg_has_role(session_user, 'talent_owner', 'MEMBER');
END
$$;
