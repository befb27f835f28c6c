-- Forgets verification records whose last day is over, and what was signed about them: of that the hash stays, by
-- which the signer's journal is explained.
CREATE OR REPLACE FUNCTION talent.verification_records_forget(_limit int, OUT forgotten int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_gone bytea[];
BEGIN
	_gone := ARRAY(SELECT x.reference FROM verification_record x WHERE x.kept_until < _today()
	    ORDER BY x.kept_until LIMIT _limit FOR UPDATE SKIP LOCKED);
	UPDATE verification_receipt r SET reference = NULL, input = NULL, signature = NULL
	WHERE r.reference = ANY (_gone);
	DELETE FROM verification_record v WHERE v.reference = ANY (_gone);
	GET DIAGNOSTICS forgotten = ROW_COUNT;
END
$$;
GRANT EXECUTE ON FUNCTION talent.verification_records_forget TO talent_clerk, talent_jobs;
