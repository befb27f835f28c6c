-- Writes down that signed certificates, or a JWT (it has no list), were not stored: in the
-- transaction that refuses them. What is stored after all (this is a repetition of the call that
-- stored it) is left alone.
CREATE OR REPLACE FUNCTION talent._abandon(_request text, _reason text,
	_c talent.new_certificate[]) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	INSERT INTO abandoned_signature (version, key, issuer, document, list, idx, reason, request)
	SELECT c.version, k.key, k.organisation, _unsigned(c.document), c.list, c.idx, _reason,
	    _request
	FROM unnest(_c) c JOIN issuer_key k ON k.key = c.key
	WHERE c.document IS NOT NULL
	-- Not EXISTS: its plan could read the whole table for each call.
	AND (CASE WHEN c.list IS NULL
	    THEN (SELECT true FROM certificate_jwt j WHERE j.version = c.version AND j.key = c.key)
	    ELSE (SELECT true FROM certificate_version v WHERE v.id = c.version) END) IS NOT TRUE
	ON CONFLICT DO NOTHING;
END
$$;
