-- Whether somebody is one of those who decide by two: a named administrator of the registry whom the owner or two
-- people let in, who has not left and whose authority is not stopped.
CREATE OR REPLACE FUNCTION talent._is_administrator(_s talent.staff) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT (_s).role = 'administrator' AND (_s).name IS NOT NULL AND (_s).admission IN ('owner', 'two_people')
	    AND (_s).admitted_at IS NOT NULL AND (_s).left_at IS NULL
	    AND NOT EXISTS (SELECT FROM talent.organisation o WHERE o.id = (_s).organisation AND o.suspended_at IS NOT NULL)
$$;

-- Whether they are, and hold a credential that lives. The caller holds the lock of who administers (7107).
CREATE OR REPLACE FUNCTION talent._administers(_s talent.staff) RETURNS boolean
LANGUAGE sql STABLE AS $$
	SELECT talent._is_administrator(_s)
	    AND (EXISTS (SELECT FROM talent.token t WHERE t.staff = (_s).id AND t.revoked_at IS NULL
	            AND (t.expires_at IS NULL OR t.expires_at > now()))
	        OR EXISTS (SELECT FROM talent.client_certificate c WHERE c.staff = (_s).id AND c.revoked_at IS NULL
	            AND (c.expires_at IS NULL OR c.expires_at > now())))
$$;

-- How many do but one (null: all).
CREATE OR REPLACE FUNCTION talent._administrators(_but uuid) RETURNS bigint
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT count(*) FROM staff s
	    WHERE s.role = 'administrator' AND s.id IS DISTINCT FROM _but AND _administers(s));
END
$$;
