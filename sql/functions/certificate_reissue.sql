-- A new version under the same number, signed with the issuer's active key; the old code answers
-- replaced, and the old version's bit in the revocation list is set. Without a document nothing was
-- signed, because what was loaded stands in the way.
--
-- @null _key _document
-- @outcome reissued
-- @outcome replayed
-- @outcome not_found
-- @outcome revoked_is_final
-- @outcome terms_changed           the key is not active any more, or nothing stands in the way any
--                                  more: load again and sign
-- @outcome idempotency_key_reused
-- @col code bytea(16)              of the current version
CREATE OR REPLACE FUNCTION talent.certificate_reissue(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_number text, _version uuid, _code bytea, _key text, _list int, _idx int,
	_made_at timestamptz, _document text,
	OUT outcome text, OUT number text, OUT state text, OUT code bytea, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid;
	_person uuid;
	_issuer uuid;
	_rev bigint;
	_answer jsonb;
	_c new_certificate[] := ARRAY[ROW(NULL, NULL, _version, _number, NULL, _code, _key, _list, _idx,
	    NULL, _document)::new_certificate];
BEGIN
	SELECT i.seen, i.answer INTO outcome, _answer
	FROM _idempotency(_actor, 'certificate_reissue', _idem_key, _idem_print, NULL) i;
	IF outcome = 'idempotency_key_reused' THEN
		PERFORM _abandon(_request, outcome, _c);
		RETURN;
	END IF;
	SELECT c.id, c.person, c.issuer INTO _id, _person, _issuer
	FROM certificate c WHERE c.number = _number;
	IF NOT FOUND THEN
		outcome := 'not_found';
		PERFORM _abandon(_request, outcome, _c);
		PERFORM _idempotency_end(_actor, 'certificate_reissue', _idem_key, NULL);
		RETURN;
	END IF;
	IF outcome IS NULL THEN
		_rev := _tick();
		PERFORM _guard_share(7101, _issuer);
		PERFORM FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
		SELECT s.state INTO state
		FROM certificate_state s WHERE s.certificate = _id FOR NO KEY UPDATE;
		PERFORM _guard_share(7104, _version);	-- whoever writes it off as abandoned was first, or waits
		outcome := CASE
		    WHEN EXISTS (SELECT FROM certificate_version v WHERE v.id = _version
		        AND v.certificate = _id) THEN 'replayed'
		    WHEN state NOT IN ('valid', 'suspended') THEN 'revoked_is_final'
		    WHEN _document IS NULL OR _version_terms(_issuer, _c[1]) THEN 'terms_changed'
		    ELSE 'reissued' END;
	END IF;
	IF outcome = 'reissued' THEN
		PERFORM _version_store(_actor, _request, _rev, _id, _made_at, NULL, NULL, _c[1]);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'certificate_reissue', _id,
		    jsonb_build_object('number', _number, 'key', _key));
	END IF;
	IF outcome <> 'reissued' THEN
		PERFORM _abandon(_request, outcome, _c);
	END IF;
	number := _number;
	SELECT s.state, v.code INTO state, code
	FROM certificate_state s JOIN certificate_version v ON v.id = s.version
	WHERE s.certificate = _id;
	IF _answer IS NULL THEN
		PERFORM _idempotency_end(_actor, 'certificate_reissue', _idem_key,
		    CASE WHEN outcome IN ('reissued', 'replayed') THEN _id END,
		    jsonb_build_object('state', state, 'code', code));
	ELSE
		state := _answer ->> 'state';
		code := _answer ->> 'code';
	END IF;
	IF outcome IN ('reissued', 'replayed') THEN
		journal := _journal_stored(NULL, _id);
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_reissue TO talent_worker;
