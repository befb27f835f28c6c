-- Writes down that what was signed was not stored, as far as the asking process knows: its request
-- ended before any write answered. _list and _idx: null for a JWT. _first: the version of the
-- first certificate of the pair, by which whoever is storing it is waited for.
--
-- @null _list _idx
-- @outcome abandoned
-- @outcome stored                  a write had stored it after all
-- @outcome not_found               no such key
CREATE OR REPLACE FUNCTION talent.signature_abandon(
	_request text, _version uuid, _key text, _document text, _list int, _idx int, _first uuid,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM _guard_alone(7104, _first);
	PERFORM _abandon(_request, 'unstored', ARRAY[ROW(NULL, NULL, _version, NULL, NULL, NULL, _key,
	    _list, _idx, NULL, _document)::new_certificate]);
	outcome := CASE
	    WHEN EXISTS (SELECT FROM abandoned_signature a
	        WHERE a.version = _version AND a.key = _key) THEN 'abandoned'
	    WHEN EXISTS (SELECT FROM issuer_key k WHERE k.key = _key) THEN 'stored'
	    ELSE 'not_found' END;
END
$$;
GRANT EXECUTE ON FUNCTION talent.signature_abandon TO talent_worker, talent_clerk, talent_jobs;
