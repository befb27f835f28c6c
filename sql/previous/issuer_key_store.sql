-- An issuer's key for certificates, as the version before stores it; that knows of no other.
CREATE OR REPLACE FUNCTION talent.issuer_key_store(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_organisation uuid, _key text, _public bytea, _wrapped bytea,
	OUT outcome text, OUT key text, OUT public bytea, OUT wrapped bytea,
	OUT journal text)
LANGUAGE sql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
	SELECT s.outcome, s.key, s.public, s.wrapped, s.journal
	FROM issuer_key_store(_actor, _request, _idem_key, _idem_print, _organisation, 'certificates', _key, _public,
	    _wrapped) s
$$;
GRANT EXECUTE ON FUNCTION talent.issuer_key_store(uuid, text, bytea, bytea, uuid, text, bytea, bytea)
	TO talent_worker, talent_clerk, talent_jobs;
