-- Links a person to another one, as somebody else asked. From now on both count as one person, on this day: each is
-- taken out of where it counts and the one who stands for both counts there once.
--
-- @outcome approved
-- @outcome replayed                approved before
-- @outcome second_person_needed
-- @outcome staff_unnamed           not both are named administrators whom two people or the owner let in
-- @outcome second_person_too_new
-- @outcome second_person_not_independent
-- @outcome first_person_gone       left since, or what they asked with was revoked
-- @outcome action_over             rejected or too late
-- @outcome already_linked          one of them is by now
-- @outcome both_certified       both have a live certificate of one occupation, work type and level: number, until it
--                                  ends
-- @outcome both_assessed           both have a result in one exam, which no person has: exam, until one is annulled
-- @outcome wrong_state             one of them was erased
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col number text
-- @col exam text                   its code
CREATE OR REPLACE FUNCTION talent.person_link_approve(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	OUT outcome text, OUT number text, OUT exam text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_l person_link;
	_all uuid[];
	_n int;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'person_link_approve', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _l FROM person_link l WHERE l.id = _id;
	PERFORM FROM person p WHERE p.id IN (_l.person, _l.canonical) ORDER BY p.id FOR NO KEY UPDATE;
	SELECT count(*) INTO _n FROM person p WHERE p.id IN (_l.person, _l.canonical) AND p.erased_at IS NULL;
	SELECT * INTO _l FROM person_link l WHERE l.id = _id FOR NO KEY UPDATE;
	outcome := _decision('approved', _l.state, now(), _l.requested_at, _l.expires_at, _asked(_l.requested_by),
	    _decides(_actor));
	IF outcome = 'approved' THEN
		_all := _persons(_l.canonical) || _l.person;
		SELECT e.code INTO exam FROM assessment a JOIN assessment b ON b.exam = a.exam AND b.person = ANY (_all)
		    AND b.person <> a.person AND b.state NOT IN ('superseded', 'annulled')
		CROSS JOIN LATERAL (SELECT x.code FROM exam x WHERE x.id = a.exam LIMIT 1) e
		WHERE a.person = _l.person AND a.state NOT IN ('superseded', 'annulled') ORDER BY a.id LIMIT 1;
		SELECT c.number INTO number FROM certificate_state s
		JOIN certificate_state o ON o.person = ANY (_all) AND o.person <> s.person AND o.kind = s.kind
		    AND (o.occupation, o.work_type, o.level) = (s.occupation, s.work_type, s.level)
		    AND o.state IN ('valid', 'suspended')
		CROSS JOIN LATERAL (SELECT d.number FROM certificate d WHERE d.id = s.certificate LIMIT 1) c
		WHERE s.person = _l.person AND s.kind = 'skill_grade' AND s.state IN ('valid', 'suspended')
		ORDER BY s.certificate LIMIT 1;
		outcome := CASE
		    WHEN _n < 2 THEN 'wrong_state'
		    WHEN _link_taken(_l.person, _l.canonical) THEN 'already_linked'
		    WHEN exam IS NOT NULL THEN 'both_assessed'
		    WHEN number IS NOT NULL THEN 'both_certified'
		    ELSE 'approved' END;
	END IF;
	IF outcome = 'approved' THEN
		UPDATE person_link l SET state = 'approved', decided_by = _actor, decided_at = now() WHERE l.id = _id;
		INSERT INTO same_person (person, canonical, link) VALUES (_l.person, _l.canonical, _id);
		PERFORM _person_uncount(_l.person);
		PERFORM _recount_person(_l.canonical);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'person_link_approve', _l.person, jsonb_build_object('id', _id,
		    'canonical', _l.canonical, 'requested_by', _l.requested_by));
	END IF;
	PERFORM _idempotency_end(_actor, 'person_link_approve', _idem_key,
	    CASE WHEN outcome IN ('approved', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.person_link_approve TO talent_worker;
