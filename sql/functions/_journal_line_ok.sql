-- Whether a line of a registry's journal is as it was written: a kind that is known, and all its words
-- in their form. _journal_missing says which kinds there are. One that is not has been edited or
-- damaged, and what it said is not known.
CREATE OR REPLACE FUNCTION talent._journal_line_ok(_line text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_uuid CONSTANT text := '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';
	_day CONSTANT text := '\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])';
BEGIN
	RETURN coalesce(_line ~ ('^(' || CASE split_part(_line, ' ', 1)
	    WHEN 'stored:' THEN format('stored: %1$s %1$s \S+ %1$s \d{1,9} \d{1,9}', _uuid)
	    WHEN 'state:' THEN format('state: (valid|suspended|revoked|void) %s \S+ \d{1,18} (-|%s)',
	        _uuid, _day)
	    WHEN 'annulled:' THEN format('annulled: %s', _uuid)
	    WHEN 'made:' THEN format('made: \S+ (%s ([0-9a-f]{2})+ \d{1,18}( lists)?|- ([0-9a-f]{2})+ \d{1,18} receipts)', _uuid)
	    WHEN 'receipt:' THEN 'receipt: [0-9a-f]{64} \S+ \d{1,18}'
	    WHEN 'jwt:' THEN format('jwt: %s \S+', _uuid)
	    WHEN 'key:' THEN format('key: \S+ %s', _day)
	    WHEN 'token:' THEN format('token: %s', _uuid)
	    WHEN 'client_certificate:' THEN format('client_certificate: %s', _uuid)
	    WHEN 'numbers:' THEN format('numbers: %s \S+ \d{4} \S+ \d{1,18}', _uuid)
	    WHEN 'positions:' THEN format('positions: %s \d{1,18}', _uuid)
	    WHEN 'erased:' THEN format('erased: %1$s %1$s', _uuid)
	    WHEN 'gone:' THEN format('gone: %s \S+ (-|[0-9a-f]{64})', _uuid)
	    WHEN 'journal:' THEN format('journal: %s .+', _uuid)
	    WHEN 'resumed:' THEN 'resumed: .+' END || ')$'), false);
END
$$;
