-- Keeps the signature of a receipt. The first one wins and every caller is given it.
--
-- @outcome stored
-- @outcome replayed
-- @outcome not_found               forgotten meanwhile
-- @col signature bytea(64)         the one to serve
CREATE OR REPLACE FUNCTION talent.receipt_signed(_hash bytea, _signature bytea,
	OUT outcome text, OUT signature bytea, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT r.signature INTO signature FROM verification_receipt r
	WHERE r.hash = _hash AND r.reference IS NOT NULL FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'not_found';
	ELSIF signature IS NOT NULL THEN
		outcome := 'replayed';
	ELSE
		UPDATE verification_receipt r SET signature = _signature, signed = true WHERE r.hash = _hash;
		outcome := 'stored';
		signature := _signature;
	END IF;
	journal := _journal_receipt(_hash);
END
$$;
GRANT EXECUTE ON FUNCTION talent.receipt_signed TO talent_worker;
