-- What is recorded of a person, as JSON arrays, the latest first: what he is called and was; and in those
-- districts (null: anywhere) the sessions, results and certificates, at most so many of each.
CREATE OR REPLACE FUNCTION talent._person_facts(_person uuid, _districts text[], _limit int,
	OUT name text, OUT names json, OUT enrolments json, OUT results json, OUT certificates json)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT f.name INTO name FROM name_in_force f WHERE f.person = _person;
	SELECT coalesce(json_agg(json_build_object('name', k.name, 'basis', k.basis,
	    'since', _instant(k.recorded_at)) ORDER BY k.n DESC), '[]')
	INTO names
	FROM (SELECT * FROM known_name n WHERE n.person = _person ORDER BY n.n DESC LIMIT _limit) k;
	SELECT coalesce(json_agg(json_build_object('id', r.id, 'session', r.session, 'title', r.title,
	    'institution', r.slug, 'district', r.district, 'ends_on', r.ends_on, 'state', r.state,
	    'name', r.name) ORDER BY r.id DESC), '[]')
	INTO enrolments
	FROM (SELECT e.id, e.session, s.title, o.slug, s.district, s.ends_on, e.state,
	        coalesce(e.name, p.name) AS name
	    FROM person p
	    JOIN enrolment e ON e.person = p.id
	    CROSS JOIN LATERAL (SELECT * FROM training_session t WHERE t.id = e.session LIMIT 1) s
	    JOIN organisation o ON o.id = s.institution
	    WHERE p.id = _person AND (_districts IS NULL OR s.district = ANY (_districts))
	    ORDER BY e.id DESC LIMIT _limit) r;
	SELECT coalesce(json_agg(json_build_object('id', r.id, 'exam', r.exam, 'exam_code', r.code,
	    'body', r.slug, 'district', r.district, 'occupation', r.occupation, 'edition', r.edition,
	    'work_type', r.work_type, 'level', r.level, 'held_on', r.held_on, 'outcome', r.outcome,
	    'state', r.state, 'name', r.name) ORDER BY r.id DESC), '[]')
	INTO results
	FROM (SELECT a.id, a.exam, x.code, o.slug, x.district, x.occupation, x.edition,
	        w.name AS work_type, x.level, x.held_on, a.outcome, a.state, a.name
	    FROM assessment a
	    CROSS JOIN LATERAL (SELECT * FROM exam e WHERE e.id = a.exam LIMIT 1) x
	    JOIN organisation o ON o.id = x.body
	    JOIN work_type w ON w.occupation = x.occupation AND w.edition = x.edition AND w.slug = x.work_type
	    WHERE a.person = _person AND (_districts IS NULL OR x.district = ANY (_districts))
	    ORDER BY a.id DESC LIMIT _limit) r;
	SELECT coalesce(json_agg(json_build_object('number', r.number, 'kind', r.kind,
	    'issuer', r.slug, 'district', r.district, 'issued_on', r.issued_on, 'state', r.state)
	    ORDER BY r.id DESC), '[]')
	INTO certificates
	FROM (SELECT c.id, c.number, c.kind, o.slug, c.district, c.issued_on, s.state
	    FROM certificate_state s
	    CROSS JOIN LATERAL (SELECT * FROM certificate t WHERE t.id = s.certificate LIMIT 1) c
	    JOIN organisation o ON o.id = c.issuer
	    WHERE s.person = _person AND (_districts IS NULL OR c.district = ANY (_districts))
	    ORDER BY c.id DESC LIMIT _limit) r;
END
$$;
