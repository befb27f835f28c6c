-- Voids the certificates of a result, for good, as its annulment does. The caller has taken the status clock (_rev),
-- holds the person, and has changed or will change the result in this transaction.
CREATE OR REPLACE FUNCTION talent._certificates_void(_actor uuid, _request text, _assessment uuid, _rev bigint,
	_reason text, _note text) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_id uuid;
BEGIN
	FOR _id IN SELECT c.id FROM certificate c WHERE c.assessment = _assessment ORDER BY c.id LOOP
		UPDATE certificate_state s
		SET state = 'void', rev = _rev, revoked_on = coalesce(s.revoked_on, _today())
		WHERE s.certificate = _id;
		INSERT INTO certificate_event (certificate, kind, rev, actor, request, reason, note)
		VALUES (_id, 'voided', _rev, _actor, _request, _reason, _note);
		PERFORM _status_set(_id, 'revocation', true, _rev);
	END LOOP;
END
$$;
