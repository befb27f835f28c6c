-- Whether one of the organisations may not begin anything at present: it has applied, was refused, is suspended or has
-- ended. Whoever stores what follows from that holds their guards (7101).
CREATE OR REPLACE FUNCTION talent._not_approved(VARIADIC _organisations uuid[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM organisation o WHERE o.id = ANY (_organisations) AND o.suspended_at IS NOT NULL);
END
$$;
