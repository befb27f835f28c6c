-- Forgets verification records whose last day is over.
CREATE OR REPLACE FUNCTION talent.verification_records_forget(_limit int, OUT forgotten int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM verification_record v WHERE v.reference = ANY (ARRAY(
	    SELECT x.reference FROM verification_record x WHERE x.kept_until < _today()
	    ORDER BY x.kept_until LIMIT _limit FOR UPDATE SKIP LOCKED));
	GET DIAGNOSTICS forgotten = ROW_COUNT;
END
$$;
GRANT EXECUTE ON FUNCTION talent.verification_records_forget TO talent_clerk, talent_jobs;
