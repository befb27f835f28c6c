-- Everything that is held about a person, for an administrator who asks on the person's behalf and says why: a JSON
-- array each, the latest first (at most 1,000 of each). The question itself is the first of asked.
--
-- @null _note
-- @outcome told
-- @outcome replayed                asked before under this Idempotency-Key; same columns
-- @outcome not_found               or erased
-- @outcome idempotency_key_reused
-- @col identity text
-- @col verifications text          that were answered about the person's certificates
-- @col counted text                where the person is one of those who were counted
-- @col asked text                  who asked for the person or decided about the data, when and why
CREATE OR REPLACE FUNCTION talent.person_report(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _person uuid, _purpose text, _note text,
	OUT outcome text, OUT identity text, OUT names text, OUT enrolments text, OUT results text,
	OUT certificates text, OUT events text, OUT verifications text, OUT counted text, OUT asked text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_most CONSTANT int := 1000;
	_p person;
	_certificates uuid[];
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'person_report', _idem_key, _idem_print, _person) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _p FROM person p WHERE p.id = _person AND p.erased_at IS NULL;
	IF _p.id IS NULL THEN
		outcome := 'not_found';
		PERFORM _idempotency_end(_actor, 'person_report', _idem_key, NULL);
		RETURN;
	END IF;
	IF outcome IS NULL THEN
		outcome := 'told';
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'person_report', _person,
		    jsonb_build_object('purpose', _purpose, 'note', _note));
	END IF;
	PERFORM _idempotency_end(_actor, 'person_report', _idem_key, _person);

	identity := json_build_array(json_build_object('id', _p.id, 'id_type', _p.id_type,
	    'id_country', _p.id_country, 'id_number', _p.id_masked, 'recorded_at', _instant(_p.created_at)));
	SELECT f.names INTO names FROM _person_facts(_person, NULL, _most) f;
	SELECT coalesce(json_agg(to_json(r)), '[]') INTO enrolments
	FROM (SELECT e.id, s.title AS session, o.name AS institution, s.starts_on, s.ends_on,
	        e.state, e.name, e.hours_attended, NULL AS employer, _instant(e.created_at) AS recorded_at
	    FROM enrolment e
	    CROSS JOIN LATERAL (SELECT * FROM training_session t WHERE t.id = e.session LIMIT 1) s
	    JOIN organisation o ON o.id = s.institution
	    WHERE e.person = _person
	    UNION ALL	-- rosters of exams
	    SELECT c.id, x.code, o.name, x.held_on, x.held_on, c.state, c.name, NULL, c.employer, _instant(c.created_at)
	    FROM exam_candidate c
	    CROSS JOIN LATERAL (SELECT * FROM exam t WHERE t.id = c.exam LIMIT 1) x
	    JOIN organisation o ON o.id = x.body
	    WHERE c.person = _person
	    ORDER BY id DESC LIMIT _most) r;
	SELECT coalesce(json_agg(to_json(r)), '[]') INTO results
	FROM (SELECT a.id, x.code AS exam, o.name AS body, x.occupation, x.edition, x.level, x.held_on, a.name,
	        a.attendance, a.theory, a.skill, a.review, a.outcome, a.state, d.decision AS company_decision,
	        d.reason AS company_reason, d.note AS company_note,
	        nullif(concat_ws(' · ', r.state, r.reason, r.note, r.answer_note), '') AS recheck,
	        _instant(a.recorded_at) AS recorded_at, a.annulled_on, a.superseded_on
	    FROM assessment a
	    CROSS JOIN LATERAL (SELECT * FROM exam e WHERE e.id = a.exam LIMIT 1) x
	    JOIN organisation o ON o.id = x.body
	    LEFT JOIN company_decision d ON d.assessment = a.id
	    LEFT JOIN recheck r ON r.assessment = a.id
	    WHERE a.person = _person ORDER BY a.id DESC LIMIT _most) r;
	_certificates := ARRAY(SELECT s.certificate FROM certificate_state s WHERE s.person = _person LIMIT _most);
	SELECT coalesce(json_agg(to_json(r)), '[]') INTO certificates
	FROM (SELECT v.number, v.kind, v.ordinal AS version, v.title, v.holder, v.issuer_name AS issuer, v.issued_on,
	        v.expires_on, CASE WHEN s.version = v.id THEN s.state ELSE 'replaced' END AS state,
	        _instant(v.made_at) AS signed_at
	    FROM certificate_version v
	    JOIN certificate_state s ON s.certificate = v.certificate
	    WHERE v.certificate = ANY (_certificates) ORDER BY v.made_at DESC, v.id LIMIT _most) r;
	SELECT coalesce(json_agg(to_json(r)), '[]') INTO events
	FROM (SELECT c.number, e.kind AS event, _instant(e.at) AS at, e.reason, e.note
	    FROM certificate_event e
	    CROSS JOIN LATERAL (SELECT d.number FROM certificate d WHERE d.id = e.certificate LIMIT 1) c
	    WHERE e.certificate = ANY (_certificates) ORDER BY e.id DESC LIMIT _most) r;
	SELECT coalesce(json_agg(to_json(r)), '[]') INTO verifications
	FROM (SELECT v.number, _instant(q.checked_at) AS checked_at, q.result, q.name AS name_compared, q.caller,
	        q.kept_until
	    FROM certificate_version v
	    JOIN verification_record q ON q.version = v.id
	    WHERE v.certificate = ANY (_certificates) ORDER BY q.checked_at DESC LIMIT _most) r;
	SELECT coalesce(json_agg(to_json(r)), '[]') INTO counted
	FROM (SELECT s.programme, s.measure, s.district, o.name AS organisation, s.level, s.month
	    FROM person_standing s JOIN organisation o ON o.id = s.organisation
	    WHERE s.person = _person ORDER BY s.programme, s.measure LIMIT _most) r;
	SELECT coalesce(json_agg(to_json(r)), '[]') INTO asked
	FROM (SELECT _instant(u.at) AS at, u.action, coalesce(u.staff_name, u.label) AS by, u.role AS by_role,
	        u.organisation_name AS by_organisation, u.detail ->> 'purpose' AS purpose,
	        u.detail ->> 'note' AS note, u.request
	    FROM audit_entry u
	    WHERE u.object = _person AND u.action <> 'assessment_submit' ORDER BY u.id DESC LIMIT _most) r;
END
$$;
GRANT EXECUTE ON FUNCTION talent.person_report TO talent_worker;
