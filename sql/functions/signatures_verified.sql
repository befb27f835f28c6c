-- What came of verifying stored signatures, by the serials of what was read: good ones are
-- unverified no more, bad ones stay so, with why. What was stored anew meanwhile is left alone.
CREATE OR REPLACE FUNCTION talent.signatures_verified(_request text, _good bigint[], _bad bigint[],
	_why text[], OUT verified int, OUT failed int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM unverified_signature u WHERE u.serial = ANY (_good) AND u.failed IS NULL;
	GET DIAGNOSTICS verified = ROW_COUNT;
	WITH f AS (
		UPDATE unverified_signature u SET failed_at = clock_timestamp(),
		    failed = _why[array_position(_bad, u.serial)]
		WHERE u.serial = ANY (_bad) AND u.failed IS NULL
		RETURNING u.version, u.key, u.failed)
	INSERT INTO audit (request, action, object, detail)
	SELECT _request, 'signature_failed', f.version,
	    jsonb_build_object('key', f.key, 'why', f.failed) FROM f;
	GET DIAGNOSTICS failed = ROW_COUNT;
END
$$;
GRANT EXECUTE ON FUNCTION talent.signatures_verified TO talent_clerk, talent_jobs;
