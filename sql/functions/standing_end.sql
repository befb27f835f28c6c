-- Has an accreditation, a recognition or an agreement end, its last day being today or later. Results of exams
-- that were announced and held until then still follow. What shall stop at once is suspended.
--
-- @null _note
-- @outcome ended
-- @outcome replayed                it ends on that day
-- @outcome date_in_past
-- @outcome date_order              before its first day
-- @outcome ends_before             it ends before that day: what goes on is granted anew
-- @outcome wrong_state             an agreement that is not approved
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.standing_end(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_noun text, _id uuid, _valid_to date, _reason text, _note text,
	OUT outcome text, OUT id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := _noun || '_end';
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
	ELSIF (_row ->> 'valid_to')::date = _valid_to THEN
		outcome := 'replayed';
	ELSIF _valid_to < _today() THEN
		outcome := 'date_in_past';
	ELSIF _valid_to < (_row ->> 'valid_from')::date THEN
		outcome := 'date_order';
	ELSIF _valid_to > (_row ->> 'valid_to')::date THEN
		outcome := 'ends_before';
	ELSE
		EXECUTE format('UPDATE %I t SET valid_to = $2 WHERE t.id = $1', _noun) USING _id, _valid_to;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _id, jsonb_build_object('reason', _reason, 'note', _note,
		    'valid_to', jsonb_build_array(_row -> 'valid_to', _valid_to)));
		outcome := 'ended';
	END IF;
	id := CASE WHEN outcome <> 'not_found' THEN _id END;
	PERFORM _idempotency_end(_actor, _what, _idem_key, CASE WHEN outcome IN ('ended', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.standing_end TO talent_worker;
