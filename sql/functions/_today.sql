-- The Shanghai day of this transaction.
CREATE OR REPLACE FUNCTION talent._today() RETURNS date
LANGUAGE sql STABLE AS $$
	SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date
$$;
GRANT EXECUTE ON FUNCTION talent._today() TO talent_worker, talent_clerk, talent_jobs;
