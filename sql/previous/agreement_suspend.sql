-- Suspends a dual-certificate agreement: dual submissions under it stop.
--
-- @null _note
-- @outcome suspended
-- @outcome replayed
-- @outcome other_reason            was suspended for another reason
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.agreement_suspend(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_agreement uuid, _reason text, _note text,
	OUT outcome text, OUT agreement uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, agreement
	FROM _idempotency(_actor, 'agreement_suspend', _idem_key, _idem_print, _agreement) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- The guard before the row: the trigger would take them the other way round.
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(u.org))
	FROM (SELECT DISTINCT unnest(ARRAY[t.body, t.company]) AS org FROM agreement t WHERE t.id = _agreement ORDER BY 1) u;
	UPDATE agreement t SET suspended_at = now() WHERE t.id = _agreement AND t.suspended_at IS NULL;
	IF FOUND THEN
		outcome := 'suspended';
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'agreement_suspend', _agreement,
		    jsonb_build_object('reason', _reason, 'note', _note));
	ELSIF EXISTS (SELECT FROM agreement t WHERE t.id = _agreement) THEN
		SELECT CASE WHEN u.detail ->> 'reason' <> _reason THEN 'other_reason' END INTO outcome
		FROM audit u WHERE u.object = _agreement AND u.action = 'agreement_suspend' ORDER BY u.id DESC LIMIT 1;
		outcome := coalesce(outcome, 'replayed');
	ELSE
		outcome := 'not_found';
	END IF;
	agreement := CASE WHEN outcome <> 'not_found' THEN _agreement END;
	PERFORM _idempotency_end(_actor, 'agreement_suspend', _idem_key,
	    CASE WHEN outcome IN ('suspended', 'replayed') THEN _agreement END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.agreement_suspend TO talent_worker;
