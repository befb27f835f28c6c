-- Suspends an accreditation, a recognition or an agreement for cause: submissions that rest on it stop with this
-- COMMIT, certificates stay. Also one that has ended: exams of its time may still wait for results.
--
-- @null _note
-- @outcome suspended
-- @outcome replayed
-- @outcome other_reason            was suspended for another reason: reason, since
-- @outcome wrong_state             an agreement that is not approved
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.standing_suspend(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_noun text, _id uuid, _reason text, _note text,
	OUT outcome text, OUT id uuid, OUT reason text, OUT since date)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := _noun || '_suspend';
	_row jsonb;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, _what, _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	_row := _standing_lock(_noun, _id);
	IF _row IS NULL THEN
		outcome := 'not_found';
	ELSIF _row ->> 'state' <> 'approved' THEN
		outcome := 'wrong_state';
	ELSIF _row ->> 'suspended_at' IS NULL THEN
		EXECUTE format('UPDATE %I t SET suspended_at = now(), suspension_reason = $2 WHERE t.id = $1', _noun)
		USING _id, _reason;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _id, jsonb_build_object('reason', _reason, 'note', _note));
		outcome := 'suspended';
	ELSIF _row ->> 'suspension_reason' <> _reason THEN
		outcome := 'other_reason';
		reason := _row ->> 'suspension_reason';
		since := _day((_row ->> 'suspended_at')::timestamptz);
	ELSE
		outcome := 'replayed';
	END IF;
	id := CASE WHEN outcome <> 'not_found' THEN _id END;
	PERFORM _idempotency_end(_actor, _what, _idem_key, CASE WHEN outcome IN ('suspended', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.standing_suspend TO talent_worker;
