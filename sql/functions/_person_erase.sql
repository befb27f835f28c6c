-- Erases a person: certificates end and are disclosed no more, whoever asks; counts stay. _keys, _versions and
-- _hashes are what was signed for the person and its hashes (hex, empty: unreadable), which outlast it. The caller
-- has taken the status clock. Result: what the journal says.
CREATE OR REPLACE FUNCTION talent._person_erase(_actor uuid, _request text, _erasure uuid, _person uuid,
	_rev bigint, _versions uuid[], _keys text[], _hashes text[]) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_s record;
	_results uuid[] := ARRAY(SELECT a.id FROM assessment a WHERE a.person = _person);
	_journal text := concat_ws(' ', 'erased:', _erasure, _person);
BEGIN
	PERFORM FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
	INSERT INTO erased_signature (version, key, hash)
	SELECT n.version, n.key, decode(nullif(n.hash, ''), 'hex')
	FROM unnest(_versions, _keys, _hashes) n (version, key, hash)
	ON CONFLICT DO NOTHING;
	INSERT INTO erased_signature (version, key, hash)	-- JWTs that were signed and not stored
	SELECT a.version, a.key, sha256(convert_to(left(a.document, -87), 'UTF8'))
	FROM certificate_state s
	JOIN certificate_version v ON v.certificate = s.certificate
	CROSS JOIN LATERAL (SELECT * FROM abandoned_signature b WHERE b.version = v.id) a
	WHERE s.person = _person AND s.erased_from IS NULL AND a.list IS NULL
	ON CONFLICT DO NOTHING;
	FOR _s IN SELECT s.certificate, s.state FROM certificate_state s
	    WHERE s.person = _person AND s.erased_from IS NULL ORDER BY s.certificate FOR NO KEY UPDATE LOOP
		UPDATE certificate_state s SET erased_from = s.state, rev = _rev,
		    state = CASE s.state WHEN 'void' THEN 'void' ELSE 'revoked' END,
		    revoked_on = coalesce(s.revoked_on, _today())
		WHERE s.certificate = _s.certificate;
		INSERT INTO certificate_event (certificate, kind, rev, actor, request)
		VALUES (_s.certificate, 'erased', _rev, _actor, _request);
		IF _s.state IN ('valid', 'suspended') THEN
			PERFORM _status_set(_s.certificate, 'revocation', true, _rev);
		END IF;
		_journal := concat_ws(E'\n', _journal, _journal_state(NULL, _s.certificate));
	END LOOP;
	FOR _s IN SELECT q.reference FROM certificate_state s	-- what was signed about them shows the masked name
	    JOIN certificate_version v ON v.certificate = s.certificate
	    CROSS JOIN LATERAL (SELECT b.reference FROM verification_record b WHERE b.version = v.id OFFSET 0) q
	    WHERE s.person = _person LOOP
		UPDATE verification_receipt r SET reference = NULL, input = NULL, signature = NULL
		WHERE r.reference = _s.reference;
	END LOOP;
	DELETE FROM unverified_signature u WHERE u.version IN (
	    SELECT v.id FROM certificate_state s JOIN certificate_version v ON v.certificate = s.certificate
	    WHERE s.person = _person);
	UPDATE correction c SET state = 'refused', refusal = 'other', decided_by = _actor, decided_at = now(),
	    id_cipher = NULL
	WHERE c.state = 'requested' AND c.assessment = ANY (_results);
	PERFORM _person_forget(_person);
	RETURN concat_ws(E'\n', _journal, (SELECT string_agg(concat_ws(' ', 'gone:', n.version, n.key,
	    coalesce(nullif(n.hash, ''), '-')), E'\n')
	FROM unnest(_versions, _keys, _hashes) n (version, key, hash)));
END
$$;
