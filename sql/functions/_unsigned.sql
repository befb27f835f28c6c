-- A signed document with zeros for its signature: of a credential the proof's value (base58), of a
-- JWT the last part (base64url).
CREATE OR REPLACE FUNCTION talent._unsigned(_document text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	IF _document LIKE '{%' THEN
		RETURN regexp_replace(_document, '"proofValue":"z[^"]*"',
		    '"proofValue":"z' || repeat('1', 64) || '"');
	END IF;
	RETURN regexp_replace(_document, '[^.]*$', repeat('A', 86));
END
$$;
