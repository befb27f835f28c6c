-- What the journal says of issuing keys that were made: the public half, since when (microseconds), and
-- that it is for status lists, or the registry's own for receipts (of no organisation: "-").
-- The private half is not in it: a key that is lost has only to verify.
CREATE OR REPLACE FUNCTION talent._journal_keys(_keys text[]) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT string_agg(concat_ws(' ', 'made:', k.key, coalesce(k.organisation::text, '-'), encode(k.public, 'hex'),
	    (extract(epoch FROM k.created_at) * 1000000)::bigint,
	    nullif(k.signs, 'certificates')), E'\n' ORDER BY k.key)
	FROM issuer_key k WHERE k.key = ANY (_keys));
END
$$;
