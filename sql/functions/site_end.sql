-- Has a site end, its last day being today or later; until that has gone by it may be another day. What was held
-- there goes on: results follow, numbers stay, and its prefix is nobody else's.
--
-- @null _note
-- @outcome ended
-- @outcome replayed                it ends on that day, for that reason
-- @outcome date_in_past
-- @outcome used_later              exams or sessions take place there afterwards
-- @outcome wrong_state             it has ended
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.site_end(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _valid_to date, _reason text, _note text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_was site;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'site_end', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(s.organisation)) FROM site s WHERE s.id = _id;
	SELECT * INTO _was FROM site s WHERE s.id = _id;
	outcome := CASE
	    WHEN _was.id IS NULL THEN 'not_found'
	    WHEN (_was.valid_to, _was.end_reason) = (_valid_to, _reason) THEN 'replayed'
	    WHEN _was.valid_to < _today() THEN 'wrong_state'
	    WHEN _valid_to < _today() THEN 'date_in_past'
	    WHEN EXISTS (SELECT FROM exam e WHERE e.site = _id AND e.held_on > _valid_to AND e.state = 'open')
	    OR EXISTS (SELECT FROM training_session t WHERE t.site = _id AND t.ends_on > _valid_to
	        AND t.state <> 'cancelled') THEN 'used_later'
	    ELSE 'ended' END;
	IF outcome = 'ended' THEN
		UPDATE site s SET valid_to = _valid_to, end_reason = _reason WHERE s.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'site_end', _id, jsonb_build_object('reason', _reason, 'note', _note,
		    'valid_to', jsonb_build_array(_was.valid_to, _valid_to)));
	END IF;
	PERFORM _idempotency_end(_actor, 'site_end', _idem_key, CASE WHEN outcome IN ('ended', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.site_end TO talent_worker;
