-- What the journal says of certificates that were stored: all of a result, or one by its own id.
-- For repetitions, and for what is stored one by one.
CREATE OR REPLACE FUNCTION talent._journal_stored(_assessment uuid, _certificate uuid)
RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT string_agg(concat_ws(' ', 'stored:', v.id, c.id, c.number, v.issuer, v.list,
	    v.idx), E'\n' ORDER BY v.id)
	FROM certificate c JOIN certificate_version v ON v.certificate = c.id
	WHERE c.id = ANY (CASE WHEN _assessment IS NULL THEN ARRAY[_certificate]
	    ELSE ARRAY(SELECT x.id FROM certificate x WHERE x.assessment = _assessment) END));
END
$$;
