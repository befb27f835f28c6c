-- What the journal says of a receipt that was given out: what was signed, by its hash, with which key, and when
-- (microseconds), as it says. Null: none was.
CREATE OR REPLACE FUNCTION talent._journal_receipt(_hash bytea) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT concat_ws(' ', 'receipt:', encode(r.hash, 'hex'), r.key,
	    (extract(epoch FROM r.made_at) * 1000000)::bigint)
	FROM verification_receipt r WHERE r.hash = _hash AND r.signed);
END
$$;
