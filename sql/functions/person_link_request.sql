-- Asks that a person be linked to another one, who stands for both from then on. Nothing changes before another
-- administrator approves it, within 24 hours.
--
-- @null _note
-- @outcome requested
-- @outcome replayed                asked for already; that one is returned
-- @outcome not_found               one of them, or erased
-- @outcome same_person             each is the other one
-- @outcome already_linked          the person is linked or stands for somebody, or the other one is linked
-- @outcome idempotency_key_reused
-- @col expires_at instant
CREATE OR REPLACE FUNCTION talent.person_link_request(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _person uuid, _canonical uuid, _reason text, _evidence text, _note text,
	OUT outcome text, OUT id uuid, OUT expires_at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_n int;
	_open person_link;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, 'person_link_request', _idem_key, _idem_print, _id) i;
	IF outcome IS NULL THEN
		PERFORM FROM person p WHERE p.id IN (_person, _canonical) AND p.erased_at IS NULL ORDER BY p.id FOR NO KEY UPDATE;
		GET DIAGNOSTICS _n = ROW_COUNT;
		UPDATE person_link l SET state = 'expired', decided_at = now()
		WHERE l.person = _person AND l.state = 'awaiting_approval' AND l.expires_at <= now();
		SELECT * INTO _open FROM person_link l WHERE l.person = _person AND l.state = 'awaiting_approval';
		outcome := CASE
		    WHEN _person = _canonical THEN 'same_person'
		    WHEN _n < 2 THEN 'not_found'
		    WHEN _open.canonical = _canonical THEN 'replayed'
		    WHEN _open.id IS NOT NULL OR _link_taken(_person, _canonical) THEN 'already_linked'
		    ELSE 'requested' END;
		id := CASE outcome WHEN 'replayed' THEN _open.id WHEN 'requested' THEN _id END;
		IF outcome = 'requested' THEN
			INSERT INTO person_link (id, person, canonical, reason, evidence, note, requested_by)
			VALUES (_id, _person, _canonical, _reason, _evidence, _note, _actor);
			INSERT INTO audit (actor, request, action, object, detail)
			VALUES (_actor, _request, 'person_link_request', _person, jsonb_build_object('id', _id,
			    'canonical', _canonical, 'reason', _reason, 'note', _note));
		END IF;
		PERFORM _idempotency_end(_actor, 'person_link_request', _idem_key,
		    CASE WHEN outcome IN ('requested', 'replayed') THEN id END);
	END IF;
	SELECT _instant(l.expires_at) INTO expires_at FROM person_link l WHERE l.id = person_link_request.id;
END
$$;
GRANT EXECUTE ON FUNCTION talent.person_link_request TO talent_worker;
