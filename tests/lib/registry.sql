-- Loaded over tests/lib/organisations.sql by tests/lib/registry.c: schema test, whose functions call the
-- registry's write functions as a worker would, with made-up people, keys and documents. They run
-- with the caller's rights.

CREATE SCHEMA test;
GRANT USAGE ON SCHEMA test TO talent_owner, talent_worker, talent_jobs, talent_clerk;
ALTER DEFAULT PRIVILEGES IN SCHEMA test GRANT EXECUTE ON FUNCTIONS TO PUBLIC;

CREATE FUNCTION test.hash(_who text) RETURNS bytea LANGUAGE sql AS $$
	SELECT sha256(convert_to(_who, 'UTF8'))
$$;

CREATE FUNCTION test.document() RETURNS text LANGUAGE sql AS $$
	SELECT '{"proof":{"proofValue":"z' || repeat('4k', 44) || '"}}'
$$;

-- An exam of shili (or another body) in livestream sales; its outcome.
CREATE FUNCTION test.exam(_code text, _level text, _partner text DEFAULT 'xingbo',
	_held_on date DEFAULT talent._today(), _publicity int DEFAULT 0,
	_body text DEFAULT 'shili', _work_type text DEFAULT 'livestream-sales')
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	_r record;
BEGIN
	SELECT * INTO _r FROM test.exam_create(gen_random_uuid(),
	    (SELECT id FROM talent.organisation WHERE slug = _body), _code, NULL, '4-01-06-02', '2022',
	    _work_type, _level, _partner, _held_on, _publicity);
	RETURN concat_ws('|', _r.outcome, _r.other);
END
$$;

CREATE FUNCTION test.exam_id(_code text) RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT id FROM talent.exam WHERE code = _code
$$;

CREATE FUNCTION test.assessment_id(_code text, _who text) RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT a.id FROM talent.assessment a JOIN talent.person p ON p.id = a.person
	WHERE a.exam = test.exam_id(_code) AND a.state <> 'superseded' AND p.id_hash = test.hash(_who)
$$;

CREATE FUNCTION test.number(_code text, _who text, _kind text DEFAULT 'skill_grade')
RETURNS text LANGUAGE sql STABLE AS $$
	SELECT number FROM talent.certificate
	WHERE assessment = test.assessment_id(_code, _who) AND kind = _kind
$$;

-- One certificate ready to store, with a number and a status entry of its own.
CREATE FUNCTION test.certificate(_kind text, _f talent.exam_facts, _issued_at timestamptz,
	_number text) RETURNS talent.new_certificate LANGUAGE plpgsql AS $$
DECLARE
	_year int := extract(year FROM _issued_at AT TIME ZONE 'Asia/Shanghai');
	_issuer uuid := CASE _kind WHEN 'company' THEN _f.partner ELSE _f.body END;
	_n bigint;
	_o bigint;
BEGIN
	IF _number IS NULL THEN
		SELECT b.first INTO _n FROM talent.numbers_reserve(CASE _kind WHEN 'company' THEN _issuer ELSE _f.site END, _kind, _year,
		    CASE _kind WHEN 'company' THEN '' ELSE _f.level END, 1) b;
		_number := CASE _kind
		    WHEN 'company' THEN format('%s-%s-%s', upper(_f.partner_slug), _year, lpad(_n::text, 8, '0'))
		    ELSE _f.body_number_prefix || _year % 100 || _f.level_digit || lpad(_n::text, 6, '0') END;
	END IF;
	SELECT s.first INTO _o FROM talent.status_reserve(_issuer, 1) s;
	RETURN ROW(_kind, gen_random_uuid(), gen_random_uuid(), _number,
	    CASE _kind WHEN 'company' THEN _f.partner_title ELSE _f.title END,
	    uuid_send(gen_random_uuid()),
	    CASE _kind WHEN 'company' THEN _f.company_key ELSE _f.body_key END,
	    1 + _o / 131072, _o % 131072, NULL, test.document())::talent.new_certificate;
END
$$;

-- A made-up person as workers hand them over.
CREATE FUNCTION test.person(_who text, _name text DEFAULT NULL) RETURNS talent.new_person
LANGUAGE sql AS $$
	SELECT ROW(gen_random_uuid(), 'passport', 'FRA', test.hash(_who),
	    '\x00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff', 1,
	    '*****' || right(_who, 4), coalesce(_name, 'Name ' || _who), 1,
	    lower(replace(coalesce(_name, 'Name ' || _who), ' ', '')),
	    lower(coalesce(_name, 'Name ' || _who)), NULL)::talent.new_person
$$;

-- JSON as workers send it: a document stands in it as it is, byte by byte.
CREATE FUNCTION test.certificates(_c talent.new_certificate[]) RETURNS json LANGUAGE sql AS $$
	SELECT ('[' || coalesce(string_agg(replace(row_to_json(ROW(c.kind, c.certificate, c.version,
	    c.number, c.title, c.code, c.key, c.list, c.idx, c.expires, NULL)::talent.new_certificate)::text,
	    '"document":null', '"document":' || c.document), ','), '') || ']')::json
	FROM unnest(_c) c
$$;

-- A result as a worker hands it over: loaded, decided and signed.
CREATE FUNCTION test.result(_code text, _who text, _theory numeric DEFAULT NULL,
	_skill numeric DEFAULT NULL, _review numeric DEFAULT NULL, _number text DEFAULT NULL,
	_issued_at timestamptz DEFAULT now(), _name text DEFAULT NULL, _title text DEFAULT NULL,
	_mint text DEFAULT NULL) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	_f talent.exam_facts;
	_failed text[];
	_outcome text;
	_on date;
	_sg talent.new_certificate;
	_co talent.new_certificate;
BEGIN
	SELECT * INTO _f FROM talent.exam_facts f WHERE f.id = test.exam_id(_code);
	_failed := array_remove(ARRAY[CASE WHEN _theory < 60 THEN 'theory' END,
	    CASE WHEN _skill < 60 THEN 'skill' END, CASE WHEN _review < 60 THEN 'review' END], NULL);
	_outcome := CASE WHEN _theory IS NULL THEN 'absent'
	    WHEN cardinality(_failed) > 0 THEN 'fail' ELSE 'pass' END;
	IF _outcome = 'pass' THEN
		IF greatest(_f.publicity_days, _f.window_days) > 0 THEN
			_on := talent._today()
			    + greatest(_f.publicity_days, _f.window_days) + 1;
		ELSIF _f.numbers = 'later' AND _number IS NULL THEN
			_on := talent._today();
		ELSE
			_sg := test.certificate('skill_grade', _f, _issued_at, coalesce(_number, _mint));
			_sg.title := coalesce(_title, _sg.title);
			IF _f.partner IS NOT NULL THEN
				_co := test.certificate('company', _f, _issued_at, NULL);
			END IF;
		END IF;
	END IF;
	RETURN json_build_object(
	    'assessment', gen_random_uuid(), 'person', test.person(_who, _name),
	    'attendance', CASE WHEN _outcome = 'absent' THEN 'absent' ELSE 'present' END,
	    'theory', _theory, 'skill', _skill, 'review', _review, 'supplied_number', _number,
	    'outcome', _outcome, 'failed_parts', _failed, 'publish_on', _on,
	    'certificates', test.certificates(array_remove(ARRAY[_sg, _co], NULL)));
END
$$;

-- Submits a result. Load, decide, sign and store happen here in one transaction.
CREATE FUNCTION test.submit(_code text, _who text, _theory numeric DEFAULT NULL,
	_skill numeric DEFAULT NULL, _review numeric DEFAULT NULL, _number text DEFAULT NULL,
	_issued_at timestamptz DEFAULT now(), _key text DEFAULT NULL, _print text DEFAULT NULL,
	_name text DEFAULT NULL, _title text DEFAULT NULL, _mint text DEFAULT NULL,
	OUT outcome text, OUT assessment uuid, OUT other text) LANGUAGE plpgsql AS $$
BEGIN
	SELECT s.outcome, s.assessment, s.other INTO outcome, assessment, other
	FROM talent.assessment_submit(NULL, 'test', convert_to(_key, 'UTF8'), convert_to(_print, 'UTF8'),
	    coalesce(test.exam_id(_code), gen_random_uuid()), _issued_at, json_build_array(
	        test.result(_code, _who, _theory, _skill, _review, _number, _issued_at, _name, _title,
	            _mint))) s;
END
$$;

-- Publishes a waiting pass, as a background job.
CREATE FUNCTION test.publish(_code text, _who text, _number text DEFAULT NULL,
	OUT outcome text, OUT other text) LANGUAGE plpgsql AS $$
DECLARE
	_f talent.exam_facts;
	_sg talent.new_certificate;
	_co talent.new_certificate;
BEGIN
	SELECT * INTO _f FROM talent.exam_facts f WHERE f.id = test.exam_id(_code);
	_sg := test.certificate('skill_grade', _f, now(), _number);
	IF _f.partner IS NOT NULL AND NOT EXISTS (SELECT FROM talent.company_decision d
	    WHERE d.assessment = test.assessment_id(_code, _who) AND d.decision = 'vetoed') THEN
		_co := test.certificate('company', _f, now(), NULL);
	END IF;
	SELECT s.outcome, s.other INTO outcome, other
	FROM talent.assessment_publish(NULL, 'test', NULL, NULL, test.assessment_id(_code, _who), now(),
	    test.certificates(array_remove(ARRAY[_sg, _co], NULL))) s;
END
$$;

CREATE FUNCTION test.move(_verb text, _code text, _who text, _kind text DEFAULT 'skill_grade',
	_key text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	_outcome text;
BEGIN
	EXECUTE format('SELECT outcome FROM talent.certificate_%s(NULL, ''test'', $2, $2, $1, ''reason'', NULL)',
	    _verb) INTO _outcome USING test.number(_code, _who, _kind), convert_to(_key, 'UTF8');
	RETURN _outcome;
END
$$;

CREATE FUNCTION test.annul(_code text, _who text) RETURNS text LANGUAGE sql AS $$
	SELECT outcome FROM talent.assessment_annul(NULL, 'test', NULL, NULL,
	    coalesce(test.assessment_id(_code, _who), gen_random_uuid()), 'reason', NULL)
$$;

-- A correction as a worker hands it over: of a score, or without one of an absence.
CREATE FUNCTION test.correction(_id uuid, _assessment uuid, _kind text, _theory numeric, _skill numeric,
	_number text DEFAULT NULL, _reason text DEFAULT 'entry_error') RETURNS json LANGUAGE sql AS $$
	SELECT row_to_json(ROW(_id, _assessment, _kind, _theory, _skill, NULL,
	    CASE WHEN _theory < 60 OR _skill < 60 THEN 'fail' ELSE 'pass' END,
	    array_remove(ARRAY[CASE WHEN _theory < 60 THEN 'theory' END, CASE WHEN _skill < 60 THEN 'skill' END], NULL),
	    _number, _reason, 'file 7', NULL, NULL)::talent.new_correction)
$$;

-- The same of a name or an ID document: who the result's person should have been.
CREATE FUNCTION test.identity(_id uuid, _assessment uuid, _kind text, _who text, _name text) RETURNS json
LANGUAGE sql AS $$
	SELECT row_to_json(ROW(_id, _assessment, _kind, NULL, NULL, NULL, 'pass', '{}', NULL, 'entry_error', 'file 7', NULL,
	    test.person(_who, _name))::talent.new_correction)
$$;

-- The certificates that a worker has signed for a correction before it is approved.
CREATE FUNCTION test.correction_signed(_id uuid) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
	_q record;
	_f talent.exam_facts;
	_sg talent.new_certificate;
	_co talent.new_certificate;
BEGIN
	SELECT q.exam, q.kind, q.outcome, q.assessment, q.supplied_number INTO _q FROM talent.correction q WHERE q.id = _id;
	SELECT * INTO _f FROM talent.exam_facts f WHERE f.id = _q.exam;
	IF _q.kind IN ('name', 'id_document') THEN
		RETURN test.certificates(ARRAY(SELECT ((x.c).kind, s.certificate, (x.c).version, d.number, (x.c).title, (x.c).code, (x.c).key,
		    (x.c).list, (x.c).idx, (x.c).expires, (x.c).document)::talent.new_certificate
		    FROM talent.certificate d JOIN talent.certificate_state s ON s.certificate = d.id
		    CROSS JOIN LATERAL (SELECT test.certificate(d.kind, _f, now(), d.number) AS c) x
		    WHERE d.assessment = _q.assessment AND s.state IN ('valid', 'suspended')));
	END IF;
	IF _q.outcome = 'pass' AND greatest(_f.publicity_days, _f.window_days) = 0
	    AND (_f.numbers <> 'later' OR _q.supplied_number IS NOT NULL) AND (SELECT a.outcome <> 'pass'
	    FROM talent.assessment a WHERE a.id = _q.assessment) THEN
		_sg := test.certificate('skill_grade', _f, now(), _q.supplied_number);
		IF _f.partner IS NOT NULL THEN
			_co := test.certificate('company', _f, now(), NULL);
		END IF;
	END IF;
	RETURN test.certificates(array_remove(ARRAY[_sg, _co], NULL));
END
$$;

-- Approves it, as an administrator's request does.
CREATE FUNCTION test.approve(_id uuid, _key text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws('|', c.outcome, c.other) FROM talent.correction_approve(NULL, 'test', convert_to(_key, 'UTF8'),
	    convert_to(_key, 'UTF8'), _id, NULL, gen_random_uuid(), now(), test.correction_signed(_id)) c
$$;

-- Asks for it and approves it; the last outcome.
CREATE FUNCTION test.correct(_code text, _who text, _theory numeric, _skill numeric, _number text DEFAULT NULL)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	_r record;
BEGIN
	SELECT r.outcome, r.id INTO _r FROM talent.correction_request(NULL, 'test', NULL, NULL, test.correction(
	    gen_random_uuid(), test.assessment_id(_code, _who), (SELECT CASE a.attendance WHEN 'absent' THEN 'absence'
	    ELSE 'score' END FROM talent.assessment a WHERE a.id = test.assessment_id(_code, _who)),
	    _theory, _skill, _number)) r;
	RETURN CASE _r.outcome WHEN 'requested' THEN test.approve(_r.id) ELSE _r.outcome END;
END
$$;

-- The same of a name or an ID document.
CREATE FUNCTION test.rename(_code text, _who text, _name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	_id uuid := gen_random_uuid();
	_outcome text;
BEGIN
	SELECT r.outcome INTO _outcome FROM talent.correction_request(NULL, 'test', NULL, NULL, test.identity(_id,
	    test.assessment_id(_code, _who), 'name', _who, _name)) r;
	RETURN CASE _outcome WHEN 'requested' THEN test.approve(_id) ELSE _outcome END;
END
$$;
CREATE FUNCTION test.redocument(_code text, _who text, _to text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	_id uuid := gen_random_uuid();
	_outcome text;
BEGIN
	SELECT r.outcome INTO _outcome FROM talent.correction_request(NULL, 'test', NULL, NULL, test.identity(_id,
	    test.assessment_id(_code, _who), 'id_document', _to, (SELECT a.name FROM talent.assessment a
	    WHERE a.id = test.assessment_id(_code, _who)))) r;
	RETURN CASE _outcome WHEN 'requested' THEN test.approve(_id) ELSE _outcome END;
END
$$;

-- Who is who, from now on; the outcome.
CREATE FUNCTION test.link(_who text, _whom text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	_id uuid := gen_random_uuid();
	_outcome text;
BEGIN
	SELECT r.outcome INTO _outcome FROM talent.person_link_request('0d0000ff-0000-4000-8000-000000000002', 'test', NULL,
	    NULL, _id, (SELECT p.id FROM talent.person p WHERE p.id_hash = test.hash(_who)),
	    (SELECT p.id FROM talent.person p WHERE p.id_hash = test.hash(_whom)), 'other', 'file 7', NULL) r;
	IF _outcome = 'requested' THEN
		SELECT concat_ws('|', a.outcome, a.number, a.exam) INTO _outcome
		FROM talent.person_link_approve('0d0000ff-0000-4000-8000-000000000001', 'test', NULL, NULL, _id) a;
	END IF;
	RETURN _outcome;
END
$$;

-- session_create and exam_create, with their records in place.
CREATE FUNCTION test.session_create(_key bytea, _print bytea, _id uuid, _institution uuid, _title text,
	_occupation text, _edition text, _work_type text, _level text, _starts_on date, _ends_on date,
	_hours int, _capacity int, _district text, OUT outcome text, OUT session uuid)
LANGUAGE sql AS $$
	SELECT outcome, session FROM talent.session_create(NULL, 'test', _key, _print, to_json(ROW(_id,
	    _institution, _title, _occupation, _edition, _work_type, _level, _starts_on, _ends_on, _hours,
	    _capacity, _district, NULL, NULL)::talent.new_session))
$$;
CREATE FUNCTION test.exam_create(_id uuid, _body uuid, _code text, _session uuid, _occupation text,
	_edition text, _work_type text, _level text, _partner text, _held_on date, _publicity_days int,
	OUT outcome text, OUT exam uuid, OUT other text)
LANGUAGE sql AS $$
	SELECT outcome, exam, other FROM talent.exam_create(NULL, 'test', NULL, NULL, to_json(ROW(_id, _body,
	    _code, _session, _occupation, _edition, _work_type, _level, _partner, _held_on,
	    _publicity_days, NULL, false, NULL,
	    CASE WHEN _held_on < talent._today() THEN 'announced late' END, NULL, false)::talent.new_exam))
$$;

-- A session of one institution, and who is in it.
CREATE FUNCTION test.session(_title text, _capacity int DEFAULT 40) RETURNS text
LANGUAGE sql AS $$
	SELECT outcome FROM test.session_create(NULL, NULL, gen_random_uuid(),
	    (SELECT id FROM talent.organisation WHERE slug = 'qihang'), _title, '4-01-06-02', '2022',
	    '直播销售员', '4', talent._today() - 30, talent._today() - 1, 104, _capacity, NULL)
$$;
CREATE FUNCTION test.session_id(_title text) RETURNS uuid LANGUAGE sql STABLE AS $$
	SELECT id FROM talent.training_session WHERE title = _title
$$;
CREATE FUNCTION test.enrol(_title text, _who text, _name text DEFAULT NULL) RETURNS text
LANGUAGE sql AS $$
	SELECT outcome FROM talent.session_enrol(NULL, 'test', NULL, NULL, gen_random_uuid(),
	    coalesce(test.session_id(_title), gen_random_uuid()), to_json(test.person(_who, _name)))
$$;
-- Everybody enrolled attended these hours.
CREATE FUNCTION test.complete(_title text, _hours numeric,
	_on date DEFAULT talent._today() - 1) RETURNS text LANGUAGE sql AS $$
	SELECT c.outcome || '|' || coalesce(c.completed::text, '')
	FROM talent.session_complete(NULL, 'test', NULL, NULL,
	    coalesce(test.session_id(_title), gen_random_uuid()), _on,
	    ARRAY(SELECT e.id FROM talent.enrolment e WHERE e.session = test.session_id(_title) ORDER BY e.id),
	    ARRAY(SELECT _hours FROM talent.enrolment e WHERE e.session = test.session_id(_title))) c
$$;

-- participation|newly|mid, read as progress reads: grand totals and what is not folded yet.
CREATE FUNCTION test.figures() RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws('|',
	    coalesce(sum(n) FILTER (WHERE measure IN ('training_completions', 'assessments_taken')), 0),
	    coalesce(sum(n) FILTER (WHERE measure = 'newly_certified'), 0),
	    coalesce(sum(n) FILTER (WHERE measure = 'mid_or_higher'), 0))
	FROM (SELECT programme, measure, n FROM talent.count_grand
	    UNION ALL SELECT programme, measure, n FROM talent.count_delta) u
	WHERE programme = 'shanghai-2025-27'
$$;

-- Where the units of a measure are: level=n of every bucket that is not empty.
CREATE FUNCTION test.buckets(_measure text) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(string_agg(level || '=' || n, ' ' ORDER BY level), '') FROM (
	    SELECT level, sum(n) AS n FROM (
	        SELECT programme, measure, level, n FROM talent.count_total
	        UNION ALL SELECT programme, measure, level, n FROM talent.count_delta) u
	    WHERE programme = 'shanghai-2025-27' AND measure = _measure GROUP BY level HAVING sum(n) <> 0) b
$$;

-- n records of verifications; every third of a certificate.
CREATE FUNCTION test.verification_records(_prefix text, _n int, _until date DEFAULT '2126-11-22') RETURNS json
LANGUAGE sql STABLE AS $$
	SELECT json_agg(json_build_object('reference', '\x' || substr(md5(_prefix || CASE i WHEN 1 THEN '' ELSE
	    i::text END), 1, 20), 'checked_at', '2026-11-22T03:04:05Z', 'result', CASE i % 3 WHEN 2 THEN 'valid' ELSE
	    'no_match' END, 'name', 'not_made', 'version', CASE i % 3 WHEN 2 THEN md5('version')::uuid END, 'asked',
	    CASE WHEN i % 3 <> 2 THEN sha256('asked') END, 'caller', 'public', 'kept_until', _until))
	FROM generate_series(1, _n) i
$$;

-- Keys of all issuers.
SELECT s.outcome FROM talent.organisation o, LATERAL talent.issuer_key_store(NULL, 'test', NULL, NULL, o.id,
    'certificates', 'z6Mk' || o.slug, sha256(convert_to(o.slug, 'UTF8')), sha512(convert_to(o.slug, 'UTF8'))) s
WHERE o.slug IN ('shili', 'pujiang', 'xingbo', 'yunxuan');
SELECT s.outcome FROM talent.organisation o, LATERAL talent.issuer_key_store(NULL, 'test', NULL, NULL, o.id,
    'certificates', 'zDn' || o.slug, sha512(convert_to(o.slug, 'UTF8')), sha512(convert_to(o.slug, 'UTF8'))) s
WHERE o.slug IN ('shili', 'pujiang', 'xingbo', 'yunxuan');

-- Those who call: Nina and Otto administer, let in by the owner; Rolf too, without a token.
INSERT INTO talent.staff (id, role, name, rights, admission, created_at, admitted_at, named_at)
SELECT ('0d0000fe-0000-4000-8000-00000000000' || n)::uuid, 'administrator', name, 'manages', 'owner', t, t, t
FROM (VALUES (1, 'Nina'), (2, 'Otto'), (3, 'Rolf')) p (n, name), (SELECT now() - interval '9 years') x (t);
INSERT INTO talent.token (id, role, label, hash, staff)
SELECT ('0d0000ff-0000-4000-8000-00000000000' || n)::uuid, 'administrator', 'test', sha256(convert_to(n, 'UTF8')),
    ('0d0000fe-0000-4000-8000-00000000000' || n)::uuid FROM (VALUES ('1'), ('2')) p (n);

-- An assessor of a plan.
CREATE FUNCTION test.staff(_number text) RETURNS json LANGUAGE sql AS $$
	SELECT json_build_object('role', 'assessor', 'number', _number, 'name', 'Name ' || _number)
$$;

-- Somebody for a roster.
CREATE FUNCTION test.candidate(_who text, _employer text DEFAULT NULL, _name text DEFAULT NULL) RETURNS json
LANGUAGE sql AS $$
	SELECT json_build_object('id', gen_random_uuid(), 'employer', _employer,
	    'person', CASE WHEN _name IS NULL THEN to_json(test.person(_who)) ELSE to_json(test.person(_who, _name)) END)
$$;
