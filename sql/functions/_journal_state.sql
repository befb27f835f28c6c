-- What the journal says of certificates whose state has been changed: how it stands now. All of a
-- result, or one by its own id.
CREATE OR REPLACE FUNCTION talent._journal_state(_assessment uuid, _certificate uuid)
RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT string_agg(concat_ws(' ', 'state:', s.state, c.id, c.number, s.rev,
	    coalesce(coalesce(s.revoked_on, s.suspended_on)::text, '-')), E'\n' ORDER BY c.id)
	FROM certificate c JOIN certificate_state s ON s.certificate = c.id
	WHERE s.rev > 0 AND c.id = ANY (CASE WHEN _assessment IS NULL THEN ARRAY[_certificate]
	    ELSE ARRAY(SELECT x.id FROM certificate x WHERE x.assessment = _assessment) END));
END
$$;
