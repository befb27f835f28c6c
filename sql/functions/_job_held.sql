-- Whether an item cannot be claimed now: somebody has claimed it, it is to be tried later, or was given up.
CREATE OR REPLACE FUNCTION talent._job_held(_job text, _item text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT true FROM job_item j
	    WHERE j.job = _job AND j.item = _item AND j.ready_at > clock_timestamp());
END
$$;
