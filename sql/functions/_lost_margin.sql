-- How many numbers and list positions of a series are left out when a journal is given up: more than
-- one host hands out between two backups that anybody keeps.
CREATE OR REPLACE FUNCTION talent._lost_margin() RETURNS int
LANGUAGE sql IMMUTABLE AS $$
	SELECT 25600
$$;
