-- Stores an issuer's key for certificates or lists, or the registry's (null) for receipts (_signs), as the
-- signer generated it, when there is none of that kind. Two hosts at once: the first wins and both are told the same key. One for certificates signs at
-- once, and so does a list key among the issuer's first ones; later it is published first.
--
-- A request asks for several under one Idempotency-Key: each of them answers what it answered first.
--
-- @null _organisation
-- @outcome stored
-- @outcome replayed                there is one already, which signs or is going to; it is returned
-- @outcome organisation_unknown
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.issuer_key_store(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_organisation uuid, _signs text, _key text, _public bytea, _wrapped bytea,
	OUT outcome text, OUT key text, OUT public bytea, OUT wrapped bytea,
	OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_kind text := CASE WHEN _key LIKE 'zDn%' THEN 'p256' ELSE 'ed25519' END;
	_answer jsonb;	-- the keys that were answered, by what they are for
BEGIN
	SELECT i.seen, i.answer INTO outcome, _answer
	FROM _idempotency(_actor, 'issuer_key_store', _idem_key, _idem_print, _organisation) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	IF _organisation IS NOT NULL AND NOT EXISTS (SELECT FROM organisation o WHERE o.id = _organisation) THEN
		outcome := 'organisation_unknown';
		PERFORM _idempotency_end(_actor, 'issuer_key_store', _idem_key, NULL);
		RETURN;
	END IF;
	-- The guard alone: stores under way see either no key or this one.
	PERFORM _guard_keys(_organisation);
	SELECT k.key, k.public, k.wrapped INTO key, public, wrapped
	FROM issuer_key k
	WHERE k.organisation IS NOT DISTINCT FROM _organisation AND k.signs = _signs AND k.kind = _kind
	AND CASE WHEN _answer ? (_signs || ' ' || _kind) THEN k.key = _answer ->> (_signs || ' ' || _kind)
	    ELSE k.state IN ('published', 'active') END
	ORDER BY k.state LIMIT 1;
	IF FOUND THEN
		outcome := 'replayed';
	ELSE
		INSERT INTO issuer_key (key, organisation, signs, public, wrapped, state, signs_from)
		SELECT _key, _organisation, _signs, _public, _wrapped,
		    CASE WHEN x.waits THEN 'published' ELSE 'active' END,
		    CASE WHEN x.waits THEN now() + _publication() END
		FROM (SELECT _signs = 'lists' AND EXISTS (SELECT FROM issuer_key k
		    WHERE k.organisation = _organisation AND k.created_at < now()) AS waits) x;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'issuer_key_store', _organisation,
		    jsonb_build_object('key', _key, 'signs', _signs));
		outcome := 'stored';
		key := _key;
		public := _public;
		wrapped := _wrapped;
	END IF;
	PERFORM _idempotency_end(_actor, 'issuer_key_store', _idem_key, _organisation,
	    coalesce(_answer, '{}') || jsonb_build_object(_signs || ' ' || _kind, key));
	journal := _journal_keys(ARRAY[key]);
END
$$;
GRANT EXECUTE ON FUNCTION talent.issuer_key_store(uuid, text, bytea, bytea, uuid, text, text, bytea, bytea)
	TO talent_worker, talent_clerk, talent_jobs;
