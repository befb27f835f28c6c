-- An instant as answers show it: RFC 3339, UTC, whole seconds.
CREATE OR REPLACE FUNCTION talent._instant(_t timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT to_char(_t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;
GRANT EXECUTE ON FUNCTION talent._instant(timestamptz) TO talent_worker, talent_clerk, talent_jobs;
