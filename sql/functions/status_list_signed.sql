-- Notes that a status list of this hash was signed; every host may say so of the same list. The
-- row is its own record: there is nothing for the audit to add. Nothing here is believed: whoever
-- reads the note works the list out anew (signature_list).
--
-- @outcome stored
-- @outcome replayed
-- @outcome not_found
CREATE OR REPLACE FUNCTION talent.status_list_signed(
	_hash bytea, _slug text, _purpose text, _list int, _rev bigint, _key text, _day date,
	_encoded text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO signed_list (hash, issuer, purpose, list, rev, key, made_at, day, encoded)
	SELECT _hash, k.organisation, _purpose, _list, _rev, k.key, clock_timestamp(), _day, _encoded
	FROM issuer_key k JOIN organisation o ON o.id = k.organisation
	WHERE k.key = _key AND o.slug = _slug
	ON CONFLICT DO NOTHING;
	outcome := CASE WHEN FOUND THEN 'stored'
	    WHEN EXISTS (SELECT FROM signed_list s WHERE s.hash = _hash) THEN 'replayed'
	    ELSE 'not_found' END;
END
$$;
GRANT EXECUTE ON FUNCTION talent.status_list_signed TO talent_worker;
