-- The rows of one part of an organisation's records behind a key of one or two pieces ('': from the beginning), in its
-- order. An erased person has no number; what the partner of a dual exam holds is the partner's. A part that is
-- none has no rows.
CREATE OR REPLACE FUNCTION talent._export_part(_o uuid, _part text, _after text, _then text, _limit int)
RETURNS TABLE (key text, item text, person uuid, id_cipher bytea, id_key int)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid := CASE WHEN _after ~ '^[0-9a-f-]{36}$' THEN _after::uuid ELSE '00000000-0000-0000-0000-000000000000' END;
	_id2 uuid := CASE WHEN _then ~ '^[0-9a-f-]{36}$' THEN _then::uuid ELSE '00000000-0000-0000-0000-000000000000' END;
	_n bigint := CASE WHEN _after ~ '^[0-9]{1,9}$' THEN _after::bigint ELSE 0 END;
	_n2 bigint := CASE WHEN _then ~ '^[0-9]{1,18}$' THEN _then::bigint ELSE -1 END;
BEGIN
	CASE _part
	WHEN 'organisation' THEN
		RETURN QUERY
		SELECT o.id::text, json_build_object('id', o.id, 'slug', o.slug, 'name', o.name, 'name_en', o.name_en,
		    'credit_code', o.credit_code, 'district', o.district, 'kinds', (SELECT json_agg(k.kind ORDER BY k.kind)
		        FROM organisation_kind k WHERE k.organisation = o.id),
		    'areas', (SELECT coalesce(json_agg(json_build_object('area', a.area, 'valid_from', a.valid_from)
		        ORDER BY a.valid_from, a.area), '[]') FROM organisation_area a WHERE a.organisation = o.id),
		    'state', o.state, 'since', _instant(o.state_since), 'reason', o.state_reason,
		    'contact', json_build_object('name', o.contact_name, 'phone', o.contact_phone),
		    'evidence', o.evidence, 'created_at', _instant(o.created_at))::text,
		    NULL::uuid, NULL::bytea, NULL::int
		FROM organisation o WHERE o.id = _o AND o.id > _id;
	WHEN 'sites' THEN
		RETURN QUERY
		SELECT s.id::text, json_build_object('id', s.id, 'code', s.code, 'name', s.name, 'district', s.district,
		    'area', s.area, 'number_prefix', s.number_prefix, 'number_mode', s.number_mode,
		    'also_supplied', s.also_supplied, 'created_at', _instant(s.created_at))::text,
		    NULL::uuid, NULL::bytea, NULL::int
		FROM site s WHERE s.organisation = _o AND s.id > _id ORDER BY s.id LIMIT _limit;
	WHEN 'staff' THEN
		RETURN QUERY
		SELECT s.id::text, json_build_object('id', s.id, 'name', s.name, 'role', s.role, 'rights', s.rights,
		    'created_at', _instant(s.created_at), 'admitted_at', _instant(s.admitted_at),
		    'left_at', _instant(s.left_at))::text,
		    NULL::uuid, NULL::bytea, NULL::int
		FROM staff s WHERE s.organisation = _o AND s.id > _id ORDER BY s.id LIMIT _limit;
	WHEN 'standing' THEN
		RETURN QUERY
		SELECT t.id::text, t.item, NULL::uuid, NULL::bytea, NULL::int
		FROM (SELECT a.id, json_build_object('kind', 'accreditation', 'id', a.id, 'occupation', a.occupation,
		        'edition', a.edition, 'work_type', a.work_type, 'levels', a.levels, 'site', a.site,
		        'standard', (SELECT d.name FROM standard d WHERE d.id = a.standard), 'valid_from', a.valid_from,
		        'valid_to', a.valid_to, 'suspended_at', _instant(a.suspended_at),
		        'reason', a.suspension_reason)::text AS item
		    FROM accreditation a WHERE a.body = _o
		    UNION ALL
		    SELECT r.id, json_build_object('kind', 'recognition', 'id', r.id, 'occupation', r.occupation,
		        'edition', r.edition, 'levels', r.levels, 'valid_from', r.valid_from, 'valid_to', r.valid_to,
		        'suspended_at', _instant(r.suspended_at), 'reason', r.suspension_reason)::text
		    FROM recognition r WHERE r.company = _o
		    UNION ALL
		    SELECT g.id, json_build_object('kind', 'agreement', 'id', g.id,
		        'body', (SELECT b.slug FROM organisation b WHERE b.id = g.body),
		        'company', (SELECT c.slug FROM organisation c WHERE c.id = g.company), 'state', g.state,
		        'window_days', g.window_days, 'confirmer', g.confirmer, 'validity_months', g.validity_months,
		        'renewal_months', g.renewal_months, 'valid_from', g.valid_from, 'valid_to', g.valid_to,
		        'titles', (SELECT coalesce(json_agg(json_build_object('occupation', n.occupation, 'edition', n.edition,
		            'work_type', n.work_type, 'level', n.level, 'title', n.title)), '[]')
		            FROM agreement_title n WHERE n.agreement = g.id),
		        'suspended_at', _instant(g.suspended_at), 'reason', g.suspension_reason)::text
		    FROM agreement g WHERE g.body = _o OR g.company = _o) t
		WHERE t.id > _id ORDER BY t.id LIMIT _limit;
	WHEN 'sessions' THEN
		RETURN QUERY
		SELECT s.id::text, json_build_object('id', s.id, 'title', s.title, 'occupation', s.occupation,
		    'edition', s.edition, 'work_type', s.work_type, 'level', s.level,
		    'standard', (SELECT d.name FROM standard d WHERE d.id = s.standard), 'site', s.site,
		    'starts_on', s.starts_on, 'ends_on', s.ends_on, 'hours', s.hours, 'capacity', s.capacity,
		    'district', s.district, 'state', s.state, 'completed_on', s.completed_on,
		    'created_at', _instant(s.created_at))::text,
		    NULL::uuid, NULL::bytea, NULL::int
		FROM training_session s WHERE s.institution = _o AND s.id > _id ORDER BY s.id LIMIT _limit;
	WHEN 'enrolments' THEN
		RETURN QUERY
		SELECT concat(e.session, '/', e.person), json_build_object('id', e.id, 'session', e.session, 'person', e.person,
		    'name', coalesce(e.name, p.name), 'id_type', p.id_type, 'id_country', p.id_country, 'state', e.state,
		    'hours_attended', e.hours_attended, 'created_at', _instant(e.created_at))::text,
		    coalesce(p.sealed_for, p.id), CASE WHEN p.erased_at IS NULL AND e.name IS DISTINCT FROM '*'
		        THEN p.id_cipher::bytea END, p.id_key::int
		FROM (SELECT t.id FROM training_session t WHERE t.institution = _o AND t.id >= _id ORDER BY t.id) s
		CROSS JOIN LATERAL (SELECT * FROM enrolment n WHERE n.session = s.id AND (s.id > _id OR n.person > _id2)
		    ORDER BY n.person LIMIT _limit) e
		CROSS JOIN LATERAL (SELECT * FROM person x WHERE x.id = e.person LIMIT 1) p
		ORDER BY s.id, e.person LIMIT _limit;
	WHEN 'exams' THEN
		RETURN QUERY
		SELECT x.id::text, json_build_object('id', x.id, 'code', x.code,
		    'body', (SELECT b.slug FROM organisation b WHERE b.id = x.body),
		    'partner', (SELECT c.slug FROM organisation c WHERE c.id = x.partner), 'session', x.session,
		    'occupation', x.occupation, 'edition', x.edition, 'work_type', x.work_type, 'level', x.level,
		    'standard', (SELECT d.name FROM standard d WHERE d.id = x.standard), 'site', x.site,
		    'held_on', x.held_on, 'announced_on', x.announced_on, 'late_reason', x.late_reason,
		    'publicity_days', x.publicity_days, 'candidate_group', x.candidate_group,
		    'roster_required', x.roster_required, 'roster', (SELECT json_agg(json_build_object('person', c.person,
		        'name', c.name, 'employer', c.employer, 'state', c.state, 'reason', c.state_reason,
		        'since', _instant(c.state_since)) ORDER BY c.id) FROM exam_candidate c
		        WHERE c.exam = x.id AND x.body = _o),
		    'district', x.district, 'state', x.state,
		    'created_at', _instant(x.created_at),
		    'plan', (SELECT json_build_object('version', p.version, 'candidates', p.candidates, 'rooms', p.rooms,
		        'stations', p.stations, 'invigilators', p.invigilators, 'panel', p.panel,
		        'filed_at', _instant(p.filed_at), 'staff', (SELECT json_agg(json_build_object('role', f.role,
		        'number', f.number, 'name', f.name) ORDER BY f.role, f.number) FROM exam_staff f WHERE f.plan = p.id))
		        FROM exam_plan p WHERE p.exam = x.id ORDER BY p.version DESC LIMIT 1))::text,
		    NULL::uuid, NULL::bytea, NULL::int
		FROM ((SELECT * FROM exam b WHERE b.body = _o AND b.id > _id ORDER BY b.id LIMIT _limit)
		    UNION ALL
		    (SELECT * FROM exam c WHERE c.partner = _o AND c.id > _id ORDER BY c.id LIMIT _limit)) x
		ORDER BY x.id LIMIT _limit;
	WHEN 'results' THEN
		RETURN QUERY
		SELECT concat(a.exam, '/', a.person), json_build_object('id', a.id, 'exam', a.exam, 'person', a.person,
		    'name', a.name, 'id_type', p.id_type, 'id_country', p.id_country, 'attendance', a.attendance,
		    'theory', a.theory, 'skill', a.skill, 'review', a.review, 'outcome', a.outcome,
		    'failed_parts', a.failed_parts, 'state', a.state, 'publish_on', a.publish_on, 'printed_on', a.printed_on,
		    'sitting', a.sitting, 'advancement', a.advancement, 'warnings', a.warned, 'declared', a.declared,
		    'company_decision', (SELECT json_build_object('decision', d.decision, 'reason', d.reason, 'note', d.note,
		        'decided_at', _instant(d.decided_at)) FROM company_decision d WHERE d.assessment = a.id),
		    'recheck', (SELECT json_build_object('state', r.state, 'reason', r.reason, 'note', r.note, 'asked_at',
		        _instant(r.asked_at), 'answered_at', _instant(r.answered_at), 'answer_note', r.answer_note)
		        FROM recheck r WHERE r.assessment = a.id),
		    'recorded_at', _instant(a.recorded_at), 'annulled_on', a.annulled_on,
		    'superseded', (SELECT coalesce(json_agg(json_build_object('id', o.id, 'name', o.name,
		        'attendance', o.attendance, 'theory', o.theory, 'skill', o.skill, 'review', o.review,
		        'outcome', o.outcome, 'recorded_at', _instant(o.recorded_at), 'superseded_on', o.superseded_on)
		        ORDER BY o.id), '[]') FROM assessment o
		        WHERE o.exam = a.exam AND o.person = a.person AND o.state = 'superseded'))::text,
		    coalesce(p.sealed_for, p.id), CASE WHEN p.erased_at IS NULL AND a.name <> '*' THEN p.id_cipher::bytea END,
		    p.id_key::int
		FROM (SELECT t.id FROM exam t WHERE t.body = _o AND t.id >= _id ORDER BY t.id) x
		CROSS JOIN LATERAL (SELECT * FROM assessment n WHERE n.exam = x.id AND n.state <> 'superseded'
		    AND (x.id > _id OR n.person > _id2) ORDER BY n.person LIMIT _limit) a
		CROSS JOIN LATERAL (SELECT * FROM person y WHERE y.id = a.person LIMIT 1) p
		ORDER BY x.id, a.person LIMIT _limit;
	WHEN 'certificates' THEN
		RETURN QUERY
		SELECT concat(v.list, '/', v.idx), json_build_object('id', v.certificate, 'version', v.id, 'number', v.number,
		    'kind', v.kind, 'ordinal', v.ordinal, 'result', c.assessment, 'person', c.person, 'holder', v.holder,
		    'title', v.title, 'occupation', v.occupation, 'edition', v.edition, 'work_type', v.work_type,
		    'level', v.level, 'issued_on', v.issued_on, 'expires_on', v.expires_on,
		    'state', CASE s.version WHEN v.id THEN s.state ELSE 'replaced' END, 'erased', s.erased_from IS NOT NULL,
		    'events', (SELECT coalesce(json_agg(json_build_object('event', n.kind, 'at', _instant(n.at),
		        'reason', n.reason, 'note', n.note) ORDER BY n.id), '[]')
		        FROM certificate_event n WHERE n.certificate = v.certificate),
		    'credential', CASE WHEN s.erased_from IS NULL THEN (SELECT d.document FROM certificate_document d
		        WHERE d.version = v.id) END,
		    'jwts', (SELECT coalesce(json_agg(j.jwt ORDER BY j.made_at), '[]') FROM certificate_jwt j
		        WHERE j.version = v.id AND s.erased_from IS NULL))::text,
		    NULL::uuid, NULL::bytea, NULL::int
		FROM (SELECT * FROM certificate_version x WHERE x.issuer = _o AND (x.list, x.idx) > (_n, _n2)
		    ORDER BY x.list, x.idx LIMIT _limit) v
		CROSS JOIN LATERAL (SELECT * FROM certificate y WHERE y.id = v.certificate LIMIT 1) c
		CROSS JOIN LATERAL (SELECT * FROM certificate_state z WHERE z.certificate = v.certificate LIMIT 1) s
		ORDER BY v.list, v.idx;
	WHEN 'history' THEN
		RETURN QUERY
		SELECT concat(u.object, '/', u.id), json_build_object('object', u.object, 'at', _instant(u.at),
		    'action', u.action, 'by', u.staff_name, 'by_organisation', u.organisation_name, 'detail', u.detail)::text,
		    NULL::uuid, NULL::bytea, NULL::int
		FROM (SELECT n.id FROM (SELECT _o AS id
		        UNION ALL SELECT t.id FROM site t WHERE t.organisation = _o
		        UNION ALL SELECT t.id FROM staff t WHERE t.organisation = _o
		        UNION ALL SELECT t.id FROM accreditation t WHERE t.body = _o
		        UNION ALL SELECT t.id FROM recognition t WHERE t.company = _o
		        UNION ALL SELECT t.id FROM agreement t WHERE t.body = _o OR t.company = _o
		        UNION ALL SELECT t.id FROM training_session t WHERE t.institution = _o
		        UNION ALL SELECT t.id FROM exam t WHERE t.body = _o) n
		    WHERE n.id >= _id ORDER BY n.id) o
		CROSS JOIN LATERAL (SELECT * FROM audit_entry e WHERE e.object = o.id AND e.action <> 'assessment_submit'
		    AND (o.id > _id OR e.id > _n2)	-- the pages of the history would go on making history
		    AND (e.action <> 'organisation_export' OR e.detail ->> 'part' <> 'history')
		    ORDER BY e.id LIMIT _limit) u
		ORDER BY o.id, u.id LIMIT _limit;
	ELSE
		RETURN;
	END CASE;
END
$$;
