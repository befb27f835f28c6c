-- Lifted by certificate_reinstate. When the transaction has committed no reader of status_clock can miss it.
--
-- @null _note
-- @outcome suspended
-- @outcome replayed                nothing to do; the columns say how it stands (a repetition: stood)
-- @outcome other_reason            was so for another reason; reason = the recorded one
-- @outcome not_found
-- @outcome revoked_is_final
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.certificate_suspend(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_number text, _reason text, _note text,
	OUT outcome text, OUT certificate uuid, OUT number text, OUT state text,
	OUT revoked_on date, OUT suspended_on date, OUT rev bigint, OUT journal text,
	OUT reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT * INTO outcome, certificate, number, state, revoked_on, suspended_on, rev,
	    journal, reason
	FROM _certificate_move(_actor, _request, _idem_key, _idem_print, 'suspended', _number, _reason,
	    _note);
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_suspend TO talent_worker;
