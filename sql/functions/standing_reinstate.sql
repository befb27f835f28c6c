-- Lifts the suspension of an accreditation, a recognition or an agreement.
--
-- @null _note
-- @outcome reinstated
-- @outcome replayed                it was not suspended
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.standing_reinstate(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_noun text, _id uuid, _reason text, _note text,
	OUT outcome text, OUT id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := _noun || '_reinstate';
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
	ELSIF _row ->> 'suspended_at' IS NULL THEN
		outcome := 'replayed';
	ELSE
		EXECUTE format('UPDATE %I t SET suspended_at = NULL, suspension_reason = NULL WHERE t.id = $1', _noun)
		USING _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _id, jsonb_build_object('reason', _reason, 'note', _note));
		outcome := 'reinstated';
	END IF;
	id := CASE WHEN outcome <> 'not_found' THEN _id END;
	PERFORM _idempotency_end(_actor, _what, _idem_key, CASE WHEN outcome IN ('reinstated', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.standing_reinstate TO talent_worker;
