-- Credentials that were signed for somebody of a person's name and not stored: nothing says for whom. Whose erasure
-- takes a namesake's along takes nothing that anybody has: the hash by which the signer's journal accounts for it
-- stays.
CREATE OR REPLACE FUNCTION talent._abandoned_of(_person uuid)
RETURNS TABLE (version uuid, key text, document text)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT a.version, a.key, a.document
	FROM (SELECT k.name FROM known_name k WHERE k.person = _person AND k.name IS NOT NULL
	    UNION SELECT c.name FROM assessment a
	    CROSS JOIN LATERAL (SELECT q.name FROM correction q WHERE q.assessment = a.id OFFSET 0) c
	    WHERE a.person = _person AND c.name IS NOT NULL) n
	CROSS JOIN LATERAL (SELECT * FROM abandoned_signature b WHERE b.list IS NOT NULL
	    AND substring(b.document FROM '"identityHash":"([^"]*)"') = n.name) a;
END
$$;
GRANT EXECUTE ON FUNCTION talent._abandoned_of TO talent_worker;
