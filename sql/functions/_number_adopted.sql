-- Whether a number is that of a lost certificate that was adopted: its body brings it, wherever numbers come from.
CREATE OR REPLACE FUNCTION talent._number_adopted(_number text) RETURNS boolean
LANGUAGE plpgsql STABLE STRICT SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM lost_certificate l WHERE l.number = _number)
	    AND EXISTS (SELECT FROM adoption a WHERE a.number = _number AND a.state = 'approved');
END
$$;
GRANT EXECUTE ON FUNCTION talent._number_adopted(text) TO talent_worker, talent_jobs, talent_clerk;
