-- Suspends an accreditation for cause: submissions under it stop, certificates stay.
--
-- @null _note
-- @outcome suspended
-- @outcome replayed
-- @outcome other_reason            was suspended for another reason
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.accreditation_suspend(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_accreditation uuid, _reason text, _note text,
	OUT outcome text, OUT accreditation uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, accreditation
	FROM _idempotency(_actor, 'accreditation_suspend', _idem_key, _idem_print, _accreditation) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- The guard before the row: the trigger would take them the other way round.
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(u.org))
	FROM (SELECT DISTINCT unnest(ARRAY[t.body]) AS org FROM accreditation t WHERE t.id = _accreditation ORDER BY 1) u;
	UPDATE accreditation t SET suspended_at = now() WHERE t.id = _accreditation AND t.suspended_at IS NULL;
	IF FOUND THEN
		outcome := 'suspended';
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'accreditation_suspend', _accreditation,
		    jsonb_build_object('reason', _reason, 'note', _note));
	ELSIF EXISTS (SELECT FROM accreditation t WHERE t.id = _accreditation) THEN
		SELECT CASE WHEN u.detail ->> 'reason' <> _reason THEN 'other_reason' END INTO outcome
		FROM audit u WHERE u.object = _accreditation AND u.action = 'accreditation_suspend' ORDER BY u.id DESC LIMIT 1;
		outcome := coalesce(outcome, 'replayed');
	ELSE
		outcome := 'not_found';
	END IF;
	accreditation := CASE WHEN outcome <> 'not_found' THEN _accreditation END;
	PERFORM _idempotency_end(_actor, 'accreditation_suspend', _idem_key,
	    CASE WHEN outcome IN ('suspended', 'replayed') THEN _accreditation END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.accreditation_suspend TO talent_worker;
