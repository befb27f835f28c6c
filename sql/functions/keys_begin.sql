-- Has published keys begin to sign whose time has come, of at most _n issuers.
CREATE OR REPLACE FUNCTION talent.keys_begin(_n int, OUT begun int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
DECLARE
	_organisation uuid;
BEGIN
	begun := 0;
	IF NOT pg_try_advisory_xact_lock(7103, 3) THEN	-- one host at a time
		RETURN;
	END IF;
	FOR _organisation IN SELECT DISTINCT d.organisation FROM key_due d ORDER BY 1 LIMIT _n LOOP
		PERFORM _guard_keys(_organisation);
		begun := begun + _keys_begin('keys_begin', _organisation);
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION talent.keys_begin TO talent_clerk, talent_jobs;
