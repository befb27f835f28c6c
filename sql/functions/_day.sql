-- The Shanghai day of an instant.
CREATE OR REPLACE FUNCTION talent._day(_t timestamptz) RETURNS date
LANGUAGE sql IMMUTABLE AS $$
	SELECT (_t AT TIME ZONE 'Asia/Shanghai')::date
$$;
GRANT EXECUTE ON FUNCTION talent._day(timestamptz) TO talent_worker, talent_clerk, talent_jobs;
