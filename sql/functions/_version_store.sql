-- Whether a new version cannot be stored any more as it was made: its key is not the issuer's active one, or it was
-- written off as abandoned. The caller holds the issuer's guard, shared, and that of the version (7104).
CREATE OR REPLACE FUNCTION talent._version_terms(_issuer uuid, _c talent.new_certificate) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN EXISTS (SELECT FROM abandoned_signature a WHERE a.version = (_c).version
	        OR (a.issuer = _issuer AND a.list = (_c).list AND a.idx = (_c).idx))
	    OR NOT EXISTS (SELECT FROM issuer_key k WHERE k.key = (_c).key AND k.organisation = _issuer
	        AND k.kind = 'ed25519' AND k.signs = 'certificates' AND k.state = 'active');
END
$$;

-- Stores a new version of a certificate under its number, for this holder (null: the same name): the old code and
-- credential answer replaced from then on, and its bit in the revocation list is set. The caller has taken the status
-- clock (_rev), holds person and state, and writes the audit.
CREATE OR REPLACE FUNCTION talent._version_store(_actor uuid, _request text, _rev bigint, _certificate uuid,
	_made_at timestamptz, _holder text, _reason text, _c talent.new_certificate) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_old uuid;
	_state text;
BEGIN
	SELECT s.version, s.state INTO STRICT _old, _state FROM certificate_state s WHERE s.certificate = _certificate;
	INSERT INTO certificate_document (version, document) VALUES ((_c).version, (_c).document);
	INSERT INTO certificate_version (id, certificate, ordinal, code, issuer, list, idx, key, made_at, expires_on, kind,
	    number, holder, title, occupation, edition, occupation_name, work_type, level, level_name, level_name_en,
	    issuer_name, issuer_slug, issued_on, dual)
	SELECT (_c).version, _certificate, v.ordinal + 1, (_c).code, v.issuer, (_c).list, (_c).idx, (_c).key, _made_at,
	    v.expires_on, v.kind, v.number, coalesce(_holder, v.holder), v.title, v.occupation, v.edition,
	    v.occupation_name, v.work_type, v.level, v.level_name, v.level_name_en, v.issuer_name, v.issuer_slug,
	    v.issued_on, v.dual
	FROM certificate_version v WHERE v.id = _old;
	UPDATE certificate_state s SET version = (_c).version, rev = _rev WHERE s.certificate = _certificate;
	INSERT INTO certificate_event (certificate, kind, rev, actor, request, reason)
	VALUES (_certificate, 'reissued', _rev, _actor, _request, _reason);
	INSERT INTO status_list AS l (issuer, purpose, list, rev, changed_at)
	SELECT v.issuer, 'revocation', v.list, _rev, clock_timestamp()
	FROM certificate_version v WHERE v.id = _old
	ON CONFLICT (issuer, purpose, list)
	DO UPDATE SET rev = excluded.rev, changed_at = excluded.changed_at;
	INSERT INTO status_bit (issuer, purpose, list, idx)
	SELECT v.issuer, 'revocation', v.list, v.idx FROM certificate_version v WHERE v.id = _old;
	IF _state = 'suspended' THEN
		PERFORM _status_set(_certificate, 'suspension', true, _rev);
	END IF;
END
$$;
