-- Keeps what a batch of verifications has answered: all records or none, as long as the policy says unless
-- they say so themselves (the version before does).
--
-- @json _records new_verification_record[]
CREATE OR REPLACE FUNCTION talent.verification_records_add(_records json, OUT added int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_days int := _policy('verification_record_days', _today());
BEGIN
	INSERT INTO verification_record (reference, checked_at, result, name, version, asked, caller,
	    kept_until)
	SELECT r.reference, r.checked_at, r.result, r.name, r.version, r.asked, r.caller,
	    coalesce(r.kept_until, _day(r.checked_at) + _days)
	FROM json_populate_recordset(NULL::new_verification_record, _records) r;
	GET DIAGNOSTICS added = ROW_COUNT;
END
$$;
GRANT EXECUTE ON FUNCTION talent.verification_records_add TO talent_worker;
