-- An accreditation, a recognition or an agreement, to be changed: takes the guards of the organisations that it
-- is about, then reads it. Null: there is none.
CREATE OR REPLACE FUNCTION talent._standing_lock(_noun text, _id uuid) RETURNS jsonb
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_row jsonb;
BEGIN
	EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.id = $1', _noun) INTO _row USING _id;
	PERFORM _guard_alone(7101, o.id)
	FROM (SELECT DISTINCT u.org::uuid AS id FROM unnest(ARRAY[_row ->> 'body', _row ->> 'company']) u (org)
	    WHERE u.org IS NOT NULL ORDER BY 1) o;
	EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE t.id = $1', _noun) INTO _row USING _id;
	RETURN _row;
END
$$;
