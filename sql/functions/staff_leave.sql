-- Somebody has left: all tokens, client certificates and invitations of theirs end in this transaction. Of the
-- administrators one who is named and holds a credential that lives must stay.
--
-- @null _note
-- @outcome left
-- @outcome replayed                before
-- @outcome last_administrator
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col left_at instant
CREATE OR REPLACE FUNCTION talent.staff_leave(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid, _note text,
	OUT outcome text, OUT left_at text, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s staff;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'staff_leave', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7107, 0) FROM staff s WHERE s.id = _id AND s.role = 'administrator';
	SELECT * INTO _s FROM staff s WHERE s.id = _id FOR NO KEY UPDATE;
	IF outcome IS NULL THEN
		outcome := CASE WHEN _s.id IS NULL THEN 'not_found' WHEN _s.left_at IS NOT NULL THEN 'replayed'
		    WHEN _s.role = 'administrator' AND _s.admitted_at IS NOT NULL AND _administrators(_id) = 0
		        THEN 'last_administrator'
		    ELSE 'left' END;
	END IF;
	IF outcome = 'left' THEN
		UPDATE token t SET revoked_at = now() WHERE t.staff = _id AND t.revoked_at IS NULL;
		UPDATE client_certificate c SET revoked_at = now() WHERE c.staff = _id AND c.revoked_at IS NULL;
		UPDATE staff_invitation i SET ended_at = now() WHERE i.staff = _id AND i.ended_at IS NULL;
		UPDATE staff_request q SET state = 'rejected', decided_by = _actor, decided_at = now()
		WHERE q.staff = _id AND q.state = 'awaiting_approval';
		UPDATE staff s SET left_at = now() WHERE s.id = _id RETURNING * INTO _s;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'staff_leave', _id, jsonb_build_object('name', _s.name, 'role', _s.role,
		    'note', _note));
	END IF;
	left_at := _instant(_s.left_at);
	journal := (SELECT string_agg(j.line, E'\n') FROM (
	    SELECT 'token: ' || t.id AS line FROM token t WHERE t.staff = _id AND t.revoked_at IS NOT NULL
	    UNION ALL SELECT 'client_certificate: ' || c.id FROM client_certificate c
	    WHERE c.staff = _id AND c.revoked_at IS NOT NULL) j WHERE _s.left_at IS NOT NULL);
	PERFORM _idempotency_end(_actor, 'staff_leave', _idem_key,
	    CASE WHEN outcome IN ('left', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.staff_leave TO talent_worker;
