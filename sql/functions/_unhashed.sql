-- Whether something was signed for a person whose hash is not among these, nor kept from an earlier erasure.
CREATE OR REPLACE FUNCTION talent._unhashed(_person uuid, _versions uuid[], _keys text[]) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN EXISTS (
	    SELECT FROM certificate_state s
	    JOIN certificate_version v ON v.certificate = s.certificate
	    CROSS JOIN LATERAL (SELECT v.key UNION ALL
	        SELECT j.key FROM certificate_jwt j WHERE j.version = v.id) k
	    WHERE s.person = _person AND s.erased_from IS NULL
	    AND (v.id, k.key) NOT IN (SELECT n.version, n.key FROM unnest(_versions, _keys) n (version, key)))
	    OR EXISTS (SELECT FROM _abandoned_of(_person) a
	        WHERE (a.version, a.key) NOT IN (SELECT n.version, n.key FROM unnest(_versions, _keys) n (version, key)));
END
$$;
