SET ROLE talent_owner; SET check_function_bodies = off;
-- Moves one certificate's state: revoked, suspended or reinstated. The three write functions
-- of those names differ in nothing else.
CREATE OR REPLACE FUNCTION talent._certificate_move(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_event text, _number text, _reason text, _note text,
	OUT outcome text, OUT certificate uuid, OUT number text, OUT state text,
	OUT revoked_on date, OUT suspended_on date, OUT rev bigint)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_route text := 'certificate_' || _event;
	_id uuid;
	_person uuid;
	_kind text;
	_old text;
	_rev bigint;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, _route, _idem_key, _idem_print, NULL) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT c.id, c.person, c.kind INTO _id, _person, _kind
	FROM certificate c WHERE c.number = _number;
	IF NOT FOUND THEN
		outcome := 'not_found';
		PERFORM _idempotency_end(_actor, _route, _idem_key, NULL);
		RETURN;
	END IF;

	IF outcome IS NULL THEN
		_rev := _tick();
		PERFORM FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
		SELECT s.state INTO _old
		FROM certificate_state s WHERE s.certificate = _id FOR NO KEY UPDATE;
		outcome := CASE
		    WHEN _event = 'revoked' AND _old IN ('revoked', 'void') THEN 'replayed'
		    WHEN _old IN ('revoked', 'void') THEN 'revoked_is_final'
		    WHEN _event = 'suspended' AND _old = 'suspended' THEN 'replayed'
		    WHEN _event = 'reinstated' AND _old = 'valid' THEN 'replayed'
		    ELSE _event END;
	END IF;

	IF outcome = _event THEN
		UPDATE certificate_state s
		SET state = CASE _event WHEN 'reinstated' THEN 'valid' ELSE _event END, rev = _rev,
		    revoked_on = CASE _event WHEN 'revoked' THEN _today() END,
		    suspended_on = CASE _event WHEN 'suspended' THEN _today()
		        WHEN 'revoked' THEN s.suspended_on END
		WHERE s.certificate = _id;
		INSERT INTO certificate_event (certificate, kind, rev, actor, request, reason, note)
		VALUES (_id, _event, _rev, _actor, _request, _reason, _note);
		PERFORM _status_set(_id,
		    CASE _event WHEN 'revoked' THEN 'revocation' ELSE 'suspension' END,
		    _event <> 'reinstated', _rev);
		IF _event = 'revoked' AND _kind = 'skill_grade' THEN
			PERFORM _recount_person(_person);
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _route, _id,
		    jsonb_build_object('number', _number, 'reason', _reason, 'note', _note));
	END IF;
	PERFORM _idempotency_end(_actor, _route, _idem_key,
	    CASE WHEN outcome <> 'revoked_is_final' THEN _id END);

	certificate := _id;
	number := _number;
	SELECT s.state, s.revoked_on, s.suspended_on, s.rev
	INTO state, revoked_on, suspended_on, rev
	FROM certificate_state s WHERE s.certificate = _id;
END
$$;
-- Counts _n of each measure on its day, for every programme whose window and districts
-- cover it. A null measure is left out.
CREATE OR REPLACE FUNCTION talent._count(_measures text[], _days date[], _district text,
	_body uuid, _level text, _n int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO talent.count_delta (programme, measure, district, body, level, month, n)
	SELECT p.slug, m.measure, _district, _body, coalesce(_level, ''),
	    date_trunc('month', m.day)::date, _n
	FROM unnest(_measures, _days) m (measure, day)
	JOIN talent.programme p ON m.measure IS NOT NULL
	    AND m.day BETWEEN p.window_from AND p.window_to
	    AND starts_with(_district, p.district_prefix);
END
$$;
-- Why a credential of this role cannot be given, or null.
CREATE OR REPLACE FUNCTION talent._credential_refusal(_role text, _organisation uuid,
	_districts text[]) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_kinds text[];
BEGIN
	IF _organisation IS NOT NULL THEN
		SELECT array_agg(k.kind) INTO _kinds
		FROM organisation o JOIN organisation_kind k ON k.organisation = o.id
		WHERE o.id = _organisation;
		IF _kinds IS NULL THEN
			RETURN 'organisation_unknown';
		END IF;
	END IF;
	IF EXISTS (SELECT FROM unnest(_districts) u
	    WHERE NOT EXISTS (SELECT FROM district d WHERE d.code = u)) THEN
		RETURN 'district_unknown';
	END IF;
	IF (_role <> 'administrator' AND cardinality(_districts) > 0) OR NOT (CASE _role
	    WHEN 'institution' THEN coalesce(_kinds && ARRAY['training_institution',
	        'evaluation_body', 'school', 'hr_agency', 'training_base', 'association'], false)
	    WHEN 'company' THEN coalesce('livestreaming_company' = ANY (_kinds), false)
	    WHEN 'employer' THEN _organisation IS NOT NULL
	    WHEN 'administrator' THEN _organisation IS NULL
	    WHEN 'auditor' THEN _organisation IS NULL
	    ELSE false END) THEN
		RETURN 'role_unsuitable';
	END IF;
	RETURN NULL;
END
$$;
-- What a decision about one exam's results rests on: names, terms, keys and standing. Read
-- by exam_load before signing and again by the write functions under the guards, so both
-- judge alike. Standing is judged on the day the exam was held; a suspension for cause
-- stops it today.
CREATE OR REPLACE VIEW talent.exam_facts AS
SELECT e.id, e.code, e.state, e.session, e.body, b.slug AS body_slug, b.name AS body_name,
	b.number_prefix AS body_number_prefix, e.district,
	e.occupation, e.edition, o.name AS occupation_name,
	e.work_type, w.name AS work_type_name,
	e.level, l.name AS level_name, l.name_en AS level_name_en, l.digit AS level_digit,
	l.has_review, e.held_on, e.publicity_days,
	e.partner, p.slug AS partner_slug, p.name AS partner_name, g.title AS partner_title,
	coalesce(g.window_days, 0) AS window_days, g.validity_months AS partner_validity_months,
	CASE
	WHEN b.suspended_at IS NOT NULL OR p.suspended_at IS NOT NULL THEN 'organisation_suspended'
	WHEN a.suspended IS NULL THEN 'not_accredited'
	WHEN a.suspended THEN 'accreditation_suspended'
	WHEN e.partner IS NOT NULL AND r.found IS NULL THEN 'recognition_not_in_force'
	WHEN e.partner IS NOT NULL AND g.title IS NULL THEN 'agreement_not_in_force'
	WHEN e.state <> 'open' THEN 'exam_closed'
	ELSE 'ok'
	END AS standing,
	concat_ws(' ', o.name, nullif(w.name, ''), l.name) AS title,
	bk.key AS body_key, bk.wrapped AS body_wrapped, bk.public AS body_public,
	ck.key AS company_key, ck.wrapped AS company_wrapped, ck.public AS company_public
FROM talent.exam e
JOIN talent.organisation b ON b.id = e.body
JOIN talent.occupation o ON o.code = e.occupation AND o.edition = e.edition
JOIN talent.work_type w ON w.occupation = e.occupation AND w.edition = e.edition
	AND w.slug = e.work_type
JOIN talent.level l ON l.code = e.level
LEFT JOIN talent.organisation p ON p.id = e.partner
LEFT JOIN talent.issuer_key bk ON bk.organisation = e.body AND bk.state = 'active'
	AND bk.kind = 'ed25519'
LEFT JOIN talent.issuer_key ck ON ck.organisation = e.partner AND ck.state = 'active'
	AND ck.kind = 'ed25519'
LEFT JOIN LATERAL (
	SELECT x.suspended_at IS NOT NULL AS suspended
	FROM talent.accreditation x
	WHERE x.body = e.body AND x.occupation = e.occupation AND x.edition = e.edition
	AND x.work_type = e.work_type AND e.level = ANY (x.levels)
	AND e.held_on BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	ORDER BY x.suspended_at IS NOT NULL LIMIT 1
) a ON true
LEFT JOIN LATERAL (
	SELECT true AS found
	FROM talent.recognition x
	WHERE x.company = e.partner AND x.occupation = e.occupation AND x.edition = e.edition
	AND e.level = ANY (x.levels) AND x.suspended_at IS NULL
	AND e.held_on BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	LIMIT 1
) r ON true
LEFT JOIN LATERAL (
	SELECT t.title, x.window_days, x.validity_months
	FROM talent.agreement x
	JOIN talent.agreement_title t ON t.agreement = x.id AND t.occupation = e.occupation
		AND t.edition = e.edition AND t.work_type = e.work_type AND t.level = e.level
	WHERE x.body = e.body AND x.company = e.partner AND x.suspended_at IS NULL
	AND e.held_on BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	ORDER BY x.valid_from DESC, x.id LIMIT 1
) g ON true;
GRANT SELECT ON talent.exam_facts TO talent_worker, talent_clerk;
-- Takes an Idempotency-Key for this transaction. seen is null if the key is new (or none
-- was sent): go on. Otherwise the outcome to answer: replayed (object = what the first call
-- made) or idempotency_key_reused. A second caller waits here for the first one's commit,
-- in the unique index; it is the first lock of every write.
CREATE OR REPLACE FUNCTION talent._idempotency(_actor uuid, _route text, _key bytea,
	_print bytea, _object uuid, OUT seen text, OUT object uuid)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_principal uuid := coalesce(_actor, '00000000-0000-0000-0000-000000000000');
BEGIN
	IF _key IS NULL THEN
		RETURN;
	END IF;
	LOOP
		INSERT INTO idempotency (principal, route, key, print, object)
		VALUES (_principal, _route, _key, _print, _object)
		ON CONFLICT DO NOTHING;
		IF FOUND THEN
			RETURN;
		END IF;
		SELECT CASE WHEN i.print = _print THEN 'replayed' ELSE 'idempotency_key_reused' END,
		    CASE WHEN i.print = _print THEN i.object END
		INTO seen, object
		FROM idempotency i
		WHERE i.principal = _principal AND i.route = _route AND i.key = _key;
		EXIT WHEN FOUND;	-- else it was purged in between: it is new again
	END LOOP;
END
$$;
-- Ends what _idempotency began: remembers the object answered, or (null: a refusal, which
-- may succeed later) forgets the key.
CREATE OR REPLACE FUNCTION talent._idempotency_end(_actor uuid, _route text, _key bytea,
	_object uuid) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_principal uuid := coalesce(_actor, '00000000-0000-0000-0000-000000000000');
BEGIN
	IF _key IS NULL THEN
		RETURN;
	ELSIF _object IS NULL THEN
		DELETE FROM idempotency i
		WHERE i.principal = _principal AND i.route = _route AND i.key = _key;
	ELSE
		UPDATE idempotency i SET object = _object
		WHERE i.principal = _principal AND i.route = _route AND i.key = _key
		AND i.object IS DISTINCT FROM _object;
	END IF;
END
$$;
-- An instant as answers show it: RFC 3339, UTC, whole seconds.
CREATE OR REPLACE FUNCTION talent._instant(_t timestamptz) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT to_char(_t AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;
GRANT EXECUTE ON FUNCTION talent._instant(timestamptz) TO talent_worker, talent_clerk;
-- Stores the certificates of a published pass: signed documents first, then what points at
-- them. The caller holds guards and person, and has compared terms and keys.
CREATE OR REPLACE FUNCTION talent._pair_store(_f talent.exam_facts, _assessment uuid,
	_person uuid, _name text, _issued_at timestamptz, _c talent.new_certificate[])
RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	_issued_on date := (_issued_at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
	INSERT INTO talent.certificate_document (version, document)
	SELECT c.version, c.document FROM unnest(_c) c;

	INSERT INTO talent.certificate (id, kind, number, assessment, person, issuer, body,
	    district, occupation, edition, work_type, level, issued_on, issued_at)
	SELECT c.certificate, c.kind, c.number, _assessment, _person,
	    CASE c.kind WHEN 'company' THEN _f.partner ELSE _f.body END, _f.body, _f.district,
	    _f.occupation, _f.edition, _f.work_type, _f.level, _issued_on, _issued_at
	FROM unnest(_c) c;

	INSERT INTO talent.certificate_version (id, certificate, ordinal, code, issuer, list, idx,
	    key, made_at, expires_on, kind, number, holder, title, occupation, edition,
	    occupation_name, work_type, level, level_name, level_name_en, issuer_name,
	    issuer_slug, issued_on, dual)
	SELECT c.version, c.certificate, 1, c.code,
	    CASE c.kind WHEN 'company' THEN _f.partner ELSE _f.body END, c.list, c.idx,
	    c.key, _issued_at, c.expires, c.kind, c.number, _name, c.title, _f.occupation,
	    _f.edition, _f.occupation_name, _f.work_type_name, _f.level, _f.level_name,
	    _f.level_name_en,
	    CASE c.kind WHEN 'company' THEN _f.partner_name ELSE _f.body_name END,
	    CASE c.kind WHEN 'company' THEN _f.partner_slug ELSE _f.body_slug END,
	    _issued_on, _f.partner IS NOT NULL
	FROM unnest(_c) c;

	INSERT INTO talent.certificate_state (certificate, kind, person, occupation, work_type,
	    level, state, version)
	SELECT c.certificate, c.kind, _person, _f.occupation, _f.work_type, _f.level, 'valid',
	    c.version
	FROM unnest(_c) c;
END
$$;
-- Whether certificates were made under the terms that hold now: the pair that the exam asks
-- for, its titles, the issuers' active keys, and a supplied number where there is one.
-- Null: yes. Otherwise terms_changed: load again and sign anew.
CREATE OR REPLACE FUNCTION talent._pair_terms(_f talent.exam_facts, _supplied_number text,
	_c talent.new_certificate[]) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	IF (_c[1]).certificate IS NULL
	    OR cardinality(_c) <> 1 + (_f.partner IS NOT NULL)::int
	    OR (_c[1]).number <> coalesce(_supplied_number, (_c[1]).number)
	    OR (_c[1]).title IS DISTINCT FROM _f.title
	    OR (_c[1]).key IS NULL OR (_c[1]).key IS DISTINCT FROM _f.body_key
	    OR (_f.partner IS NOT NULL AND ((_c[2]).title IS DISTINCT FROM _f.partner_title
	        OR (_c[2]).key IS NULL OR (_c[2]).key IS DISTINCT FROM _f.company_key)) THEN
		RETURN 'terms_changed';
	END IF;
	RETURN NULL;
END
$$;
-- Brings a person's standing in every programme up to the person's certificates, and
-- records each difference as deltas: +1 where the person now counts, -1 where the unit was.
-- The caller holds the person's row; two callers for one person never run at once, so
-- nobody is counted twice. Rules newly-certified and mid-or-higher, version 1.
CREATE OR REPLACE FUNCTION talent._recount_person(_person uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	WITH mine AS MATERIALIZED (
		SELECT c.id, c.district, c.body, c.level, c.issued_on, c.issued_at,
		    s.state IN ('valid', 'suspended') AS live,
		    coalesce(l.counts_as_intermediate, false) AS mid
		FROM talent.certificate_state s
		JOIN talent.certificate c ON c.id = s.certificate
		LEFT JOIN talent.level l ON l.code = c.level
		WHERE s.person = _person AND s.kind = 'skill_grade' AND s.state <> 'void'
	), want AS (
		SELECT DISTINCT ON (p.slug, g.measure) p.slug AS programme, g.measure, m.id,
		    m.district, m.body, coalesce(m.level, '') AS level,
		    date_trunc('month', m.issued_on)::date AS month
		FROM mine m
		JOIN talent.programme p ON m.issued_on BETWEEN p.window_from AND p.window_to
		    AND starts_with(m.district, p.district_prefix)
		JOIN (VALUES ('newly_certified', false), ('mid_or_higher', true)) g (measure, mid)
		    ON m.mid OR NOT g.mid
		WHERE m.live
		AND NOT EXISTS (SELECT FROM mine b WHERE b.issued_on < p.window_from)
		ORDER BY p.slug, g.measure, m.issued_at, m.id
	), diff AS MATERIALIZED (
		SELECT coalesce(w.programme, h.programme) AS programme,
		    coalesce(w.measure, h.measure) AS measure,
		    w.id, w.district, w.body, w.level, w.month,
		    h.certificate AS old, h.district AS old_district, h.body AS old_body,
		    h.level AS old_level, h.month AS old_month
		FROM want w
		FULL JOIN (SELECT * FROM talent.person_standing WHERE person = _person) h
		    ON h.programme = w.programme AND h.measure = w.measure
		WHERE w.id IS DISTINCT FROM h.certificate
	), gone AS (
		DELETE FROM talent.person_standing s USING diff d
		WHERE s.person = _person AND s.programme = d.programme AND s.measure = d.measure
		AND d.id IS NULL
	), kept AS (
		INSERT INTO talent.person_standing
		    (person, programme, measure, certificate, district, body, level, month)
		SELECT _person, d.programme, d.measure, d.id, d.district, d.body, d.level, d.month
		FROM diff d WHERE d.id IS NOT NULL
		ON CONFLICT (person, programme, measure) DO UPDATE
		SET certificate = excluded.certificate, district = excluded.district,
		    body = excluded.body, level = excluded.level, month = excluded.month
	)
	INSERT INTO talent.count_delta (programme, measure, district, body, level, month, n)
	SELECT d.programme, d.measure, d.old_district, d.old_body, d.old_level, d.old_month, -1
	FROM diff d WHERE d.old IS NOT NULL
	UNION ALL
	SELECT d.programme, d.measure, d.district, d.body, d.level, d.month, 1
	FROM diff d WHERE d.id IS NOT NULL;
END
$$;
-- Sets or clears the bits of all versions of a certificate in its issuer's published lists
-- of one purpose, and stamps those lists.
CREATE OR REPLACE FUNCTION talent._status_set(_certificate uuid, _purpose text, _set boolean,
	_rev bigint) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	INSERT INTO status_list (issuer, purpose, list, rev, changed_at)
	SELECT v.issuer, _purpose, v.list, _rev, clock_timestamp()
	FROM certificate_version v WHERE v.certificate = _certificate
	GROUP BY v.issuer, v.list
	ORDER BY v.issuer, v.list
	ON CONFLICT (issuer, purpose, list)
	DO UPDATE SET rev = excluded.rev, changed_at = excluded.changed_at;
	IF _set THEN
		INSERT INTO status_bit (issuer, purpose, list, idx)
		SELECT v.issuer, _purpose, v.list, v.idx
		FROM certificate_version v WHERE v.certificate = _certificate
		ON CONFLICT DO NOTHING;
	ELSE
		DELETE FROM status_bit b USING certificate_version v
		WHERE v.certificate = _certificate AND b.issuer = v.issuer
		AND b.purpose = _purpose AND b.list = v.list AND b.idx = v.idx;
	END IF;
END
$$;
-- Takes the status clock and moves it on. First of all locks in every transaction that may
-- end a "valid": from here to the commit no other such transaction runs, so revisions
-- become visible in their order.
CREATE OR REPLACE FUNCTION talent._tick() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	_rev bigint;
BEGIN
	UPDATE talent.status_clock SET rev = rev + 1, changed_at = clock_timestamp(),
	    xact = pg_current_xact_id()
	WHERE single RETURNING rev INTO STRICT _rev;
	RETURN _rev;
END
$$;
-- The Shanghai day of this transaction.
CREATE OR REPLACE FUNCTION talent._today() RETURNS date
LANGUAGE sql STABLE AS $$
	SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date
$$;
GRANT EXECUTE ON FUNCTION talent._today() TO talent_worker, talent_clerk;
-- accreditation_suspend(_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
--   _accreditation uuid, _reason text, _note text)
-- args: 7
-- Suspends an accreditation for cause: submissions under it stop, certificates stay.
-- Result: outcome · accreditation uuid
--   suspended · replayed · not_found · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.accreditation_suspend(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_accreditation uuid, _reason text, _note text,
	OUT outcome text, OUT accreditation uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, accreditation
	FROM _idempotency(_actor, 'accreditation_suspend', _idem_key, _idem_print, _accreditation) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- The guard before the row: the trigger would take them the other way round.
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(u.org))
	FROM (SELECT DISTINCT unnest(ARRAY[t.body]) AS org FROM accreditation t WHERE t.id = _accreditation ORDER BY 1) u;
	UPDATE accreditation t SET suspended_at = now() WHERE t.id = _accreditation AND t.suspended_at IS NULL;
	IF FOUND THEN
		outcome := 'suspended';
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'accreditation_suspend', _accreditation,
		    jsonb_build_object('reason', _reason, 'note', _note));
	ELSIF EXISTS (SELECT FROM accreditation t WHERE t.id = _accreditation) THEN
		outcome := 'replayed';
	ELSE
		outcome := 'not_found';
	END IF;
	accreditation := CASE WHEN outcome <> 'not_found' THEN _accreditation END;
	PERFORM _idempotency_end(_actor, 'accreditation_suspend', _idem_key,
	    CASE WHEN outcome IN ('suspended', 'replayed') THEN _accreditation END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.accreditation_suspend TO talent_worker;
-- agreement_suspend(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _agreement
--   uuid, _reason text, _note text)
-- args: 7
-- Suspends a dual-certificate agreement: dual submissions under it stop.
-- Result: outcome · agreement uuid
--   suspended · replayed · not_found · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.agreement_suspend(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_agreement uuid, _reason text, _note text,
	OUT outcome text, OUT agreement uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, agreement
	FROM _idempotency(_actor, 'agreement_suspend', _idem_key, _idem_print, _agreement) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- The guard before the row: the trigger would take them the other way round.
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(u.org))
	FROM (SELECT DISTINCT unnest(ARRAY[t.body, t.company]) AS org FROM agreement t WHERE t.id = _agreement ORDER BY 1) u;
	UPDATE agreement t SET suspended_at = now() WHERE t.id = _agreement AND t.suspended_at IS NULL;
	IF FOUND THEN
		outcome := 'suspended';
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'agreement_suspend', _agreement,
		    jsonb_build_object('reason', _reason, 'note', _note));
	ELSIF EXISTS (SELECT FROM agreement t WHERE t.id = _agreement) THEN
		outcome := 'replayed';
	ELSE
		outcome := 'not_found';
	END IF;
	agreement := CASE WHEN outcome <> 'not_found' THEN _agreement END;
	PERFORM _idempotency_end(_actor, 'agreement_suspend', _idem_key,
	    CASE WHEN outcome IN ('suspended', 'replayed') THEN _agreement END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.agreement_suspend TO talent_worker;
-- assessment_annul(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _assessment
--   uuid, _reason text, _note text)
-- args: 7
-- Annuls a result: its certificates become void, its counts are taken back, for good.
-- Result: outcome · assessment uuid · annulled_on date · numbers text (comma separated)
--   annulled · replayed (was annulled; same columns) · not_found · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.assessment_annul(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_assessment uuid, _reason text, _note text,
	OUT outcome text, OUT assessment uuid, OUT annulled_on date, OUT numbers text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_person uuid;
	_a assessment;
	_e exam;
	_s record;
	_rev bigint;
	_seen boolean;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'assessment_annul', _idem_key, _idem_print, _assessment) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	_seen := outcome IS NOT NULL;

	SELECT a.person INTO _person FROM assessment a WHERE a.id = _assessment;
	IF NOT FOUND THEN
		outcome := 'not_found';
		PERFORM _idempotency_end(_actor, 'assessment_annul', _idem_key, NULL);
		RETURN;
	END IF;
	IF NOT _seen THEN
		_rev := _tick();
		PERFORM FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
	END IF;
	SELECT * INTO _a FROM assessment a WHERE a.id = _assessment;

	IF _a.state <> 'annulled' AND NOT _seen THEN
		SELECT * INTO _e FROM exam e WHERE e.id = _a.exam;
		UPDATE assessment a SET state = 'annulled', annulled_on = _today()
		WHERE a.id = _assessment;
		IF _a.attendance = 'present' THEN
			PERFORM _count(ARRAY['assessments_taken'], ARRAY[_e.held_on], _e.district,
			    _e.body, _e.level, -1);
		END IF;
		FOR _s IN SELECT c.id, c.kind, c.issued_on FROM certificate c
		    WHERE c.assessment = _assessment ORDER BY c.id LOOP
			UPDATE certificate_state s
			SET state = 'void', rev = _rev, revoked_on = coalesce(s.revoked_on, _today())
			WHERE s.certificate = _s.id;
			INSERT INTO certificate_event (certificate, kind, rev, actor, request, reason, note)
			VALUES (_s.id, 'voided', _rev, _actor, _request, _reason, _note);
			PERFORM _status_set(_s.id, 'revocation', true, _rev);
			PERFORM _count(ARRAY['certificates_' || _s.kind], ARRAY[_s.issued_on], _e.district,
			    _e.body, _e.level, -1);
		END LOOP;
		PERFORM _recount_person(_person);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'assessment_annul', _assessment,
		    jsonb_build_object('reason', _reason, 'note', _note));
		outcome := 'annulled';
	ELSE
		outcome := 'replayed';
	END IF;

	assessment := _assessment;
	SELECT a.annulled_on INTO annulled_on FROM assessment a WHERE a.id = _assessment;
	SELECT string_agg(c.number, ',' ORDER BY c.kind DESC) INTO numbers
	FROM certificate c WHERE c.assessment = _assessment;
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_annul TO talent_worker;
-- assessment_publish(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _assessment
--   uuid, _issued_at timestamptz, _sg_certificate uuid, _sg_version uuid, _sg_number text,
--   _sg_title text, _sg_code bytea, _sg_key text, _sg_list int, _sg_index int, _sg_expires date,
--   _sg_document text, _co_certificate uuid, _co_version uuid, _co_number text, _co_title text,
--   _co_code bytea, _co_key text, _co_list int, _co_index int, _co_expires date, _co_document
--   text)
-- args: 26
-- Publishes a pass whose publicity and window are over: certificates, counts, audit.
-- Result: outcome · assessment uuid · other text
--   published · replayed (was published) · not_due (other = publish_on) · not_found
--   assessment_annulled · already_certified (other = number) · number_taken (other = number)
--   standing (as assessment_submit; exam_closed does not matter here) · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.assessment_publish(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_assessment uuid, _issued_at timestamptz,
	_sg_certificate uuid, _sg_version uuid, _sg_number text, _sg_title text, _sg_code bytea,
	_sg_key text, _sg_list int, _sg_index int, _sg_expires date, _sg_document text,
	_co_certificate uuid, _co_version uuid, _co_number text, _co_title text, _co_code bytea,
	_co_key text, _co_list int, _co_index int, _co_expires date, _co_document text,
	OUT outcome text, OUT assessment uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_a assessment;
	_f exam_facts;
	_body uuid;
	_partner uuid;
	_c new_certificate[];
	_constraint text;
	_issued_on date := (_issued_at AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
	SELECT i.seen, i.object INTO outcome, assessment
	FROM _idempotency(_actor, 'assessment_publish', _idem_key, _idem_print, _assessment) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	assessment := _assessment;
	_c := ARRAY[ROW('skill_grade', _sg_certificate, _sg_version, _sg_number, _sg_title,
	    _sg_code, _sg_key, _sg_list, _sg_index, _sg_expires, _sg_document)::new_certificate];
	IF _co_certificate IS NOT NULL THEN
		_c := _c || ROW('company', _co_certificate, _co_version, _co_number, _co_title,
		    _co_code, _co_key, _co_list, _co_index, _co_expires, _co_document)::new_certificate;
	END IF;

	<<work>>
	BEGIN
	SELECT e.body, e.partner INTO _body, _partner
	FROM assessment a JOIN exam e ON e.id = a.exam WHERE a.id = _assessment;
	IF NOT FOUND THEN
		outcome := 'not_found';
		EXIT work;
	END IF;
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(least(_body, _partner))),
	    pg_advisory_xact_lock_shared(7101, uuid_hash(greatest(_body, _partner)));
	PERFORM FROM person p
	WHERE p.id = (SELECT a.person FROM assessment a WHERE a.id = _assessment)
	FOR NO KEY UPDATE;
	SELECT * INTO _a FROM assessment a WHERE a.id = _assessment;
	SELECT * INTO _f FROM exam_facts f WHERE f.id = _a.exam;

	IF _a.state = 'annulled' THEN
		outcome := 'assessment_annulled';
	ELSIF _a.state = 'published' THEN
		outcome := 'replayed';
	ELSIF _a.publish_on > _today() THEN
		outcome := 'not_due';
		other := _a.publish_on;
	ELSIF _f.standing NOT IN ('ok', 'exam_closed') THEN
		outcome := 'standing';
		other := _f.standing;
	ELSIF _pair_terms(_f, _a.supplied_number, _c) IS NOT NULL THEN
		outcome := 'standing';
		other := 'terms_changed';
	END IF;
	IF outcome IS NOT NULL THEN
		EXIT work;
	END IF;
	SELECT c.number INTO other
	FROM certificate_state s JOIN certificate c ON c.id = s.certificate
	WHERE s.person = _a.person AND s.kind = 'skill_grade' AND s.occupation = _f.occupation
	AND s.work_type = _f.work_type AND s.level = _f.level
	AND s.state IN ('valid', 'suspended');
	IF FOUND THEN
		outcome := 'already_certified';
		EXIT work;
	END IF;
	IF _a.supplied_number IS NULL AND EXISTS (
	    SELECT FROM assessment a WHERE a.supplied_number = _sg_number
	    AND a.outcome = 'pass' AND a.state <> 'annulled') THEN
		outcome := 'number_taken';	-- promised to another that waits
		other := _sg_number;
		EXIT work;
	END IF;
	UPDATE assessment a SET state = 'published' WHERE a.id = _assessment;
	PERFORM _pair_store(_f, _assessment, _a.person, _a.name, _issued_at, _c);
	PERFORM _count(ARRAY['certificates_skill_grade',
	        CASE WHEN _partner IS NOT NULL THEN 'certificates_company' END],
	    ARRAY[_issued_on, _issued_on], _f.district, _f.body, _f.level, 1);
	PERFORM _recount_person(_a.person);
	INSERT INTO audit (actor, request, action, object)
	VALUES (_actor, _request, 'assessment_publish', _assessment);
	outcome := 'published';

	EXCEPTION WHEN unique_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
		IF _constraint <> 'certificate_number_key' THEN
			RAISE;
		END IF;
		outcome := 'number_taken';
		SELECT min(c.number) INTO other
		FROM certificate c WHERE c.number IN (_sg_number, _co_number);
	END;
	PERFORM _idempotency_end(_actor, 'assessment_publish', _idem_key,
	    CASE WHEN outcome IN ('published', 'replayed') THEN _assessment END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_publish TO talent_clerk;
-- assessment_submit(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _assessment
--   uuid, _exam uuid, _person uuid, _id_type text, _id_country text, _id_hash bytea, _id_cipher
--   bytea, _id_key smallint, _id_masked text, _name text, _attendance text, _theory numeric,
--   _skill numeric, _review numeric, _supplied_number text, _outcome text, _failed_parts text[],
--   _publish_on date, _issued_at timestamptz, _sg_certificate uuid, _sg_version uuid, _sg_number
--   text, _sg_title text, _sg_code bytea, _sg_key text, _sg_list int, _sg_index int, _sg_expires
--   date, _sg_document text, _co_certificate uuid, _co_version uuid, _co_number text, _co_title
--   text, _co_code bytea, _co_key text, _co_list int, _co_index int, _co_expires date,
--   _co_document text)
-- args: 43
-- Stores one result: person, assessment, both certificates with their signed documents,
-- counts and audit, all or nothing. _assessment, _person and the certificates' ids are new
-- ids chosen by the caller; _person is used only if nobody has _id_hash yet.
-- _failed_parts is an array literal ({} or {theory,skill}). A pass to be published now has
-- _publish_on null and the _sg_ arguments (and the _co_ ones if the exam has a partner); any
-- other result has them null. _publish_on = the day after the longer of publicity and window:
-- both are whole days that follow today.
-- Result, one row: outcome text · assessment uuid · other text
--   stored                  assessment = _assessment
--   replayed                the same result was there; assessment = its id
--   already_assessed        other result for this person in this exam; assessment = its id
--   assessment_annulled     this person's result in this exam was annulled; assessment = its id
--   already_certified       a live skill-grade certificate exists; other = its number
--   person_name_differs     the registry knows this document under another name
--   number_taken            other = the number; mint another, or refuse a supplied one
--   standing                other = exam_load.standing, or terms_changed (publicity, window,
--                           title or a key is not what the caller loaded: load again, retry)
--   exam_not_found
--   idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.assessment_submit(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_assessment uuid, _exam uuid, _person uuid, _id_type text, _id_country text,
	_id_hash bytea, _id_cipher bytea, _id_key smallint, _id_masked text, _name text,
	_attendance text, _theory numeric, _skill numeric, _review numeric,
	_supplied_number text, _outcome text, _failed_parts text[], _publish_on date,
	_issued_at timestamptz,
	_sg_certificate uuid, _sg_version uuid, _sg_number text, _sg_title text, _sg_code bytea,
	_sg_key text, _sg_list int, _sg_index int, _sg_expires date, _sg_document text,
	_co_certificate uuid, _co_version uuid, _co_number text, _co_title text, _co_code bytea,
	_co_key text, _co_list int, _co_index int, _co_expires date, _co_document text,
	OUT outcome text, OUT assessment uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_f exam_facts;
	_dual boolean;
	_who uuid;
	_known_name text;
	_had assessment;
	_wait int;
	_issued_on date := (_issued_at AT TIME ZONE 'Asia/Shanghai')::date;
	_c new_certificate[];
	_constraint text;
BEGIN
	IF _idem_key IS NOT NULL THEN
		SELECT i.seen, i.object INTO outcome, assessment
		FROM _idempotency(_actor, 'assessment_submit', _idem_key, _idem_print, _assessment) i;
		IF outcome IS NOT NULL THEN
			RETURN;
		END IF;
	END IF;

	-- Guards: nobody changes the standing of these while we hold them. (An exam's body and
	-- partner never change.)
	SELECT e.partner IS NOT NULL,
	    pg_advisory_xact_lock_shared(7101, uuid_hash(least(e.body, e.partner))),
	    pg_advisory_xact_lock_shared(7101, uuid_hash(greatest(e.body, e.partner))),
	    pg_advisory_xact_lock_shared(7102, uuid_hash(e.id))
	INTO _dual FROM exam e WHERE e.id = _exam;
	IF NOT FOUND THEN
		outcome := 'exam_not_found';
		PERFORM _idempotency_end(_actor, 'assessment_submit', _idem_key, NULL);
		RETURN;
	END IF;
	SELECT * INTO _f FROM exam_facts f WHERE f.id = _exam;

	_c := ARRAY[ROW('skill_grade', _sg_certificate, _sg_version, _sg_number, _sg_title,
	    _sg_code, _sg_key, _sg_list, _sg_index, _sg_expires, _sg_document)::new_certificate];
	IF _co_certificate IS NOT NULL THEN
		_c := _c || ROW('company', _co_certificate, _co_version, _co_number, _co_title,
		    _co_code, _co_key, _co_list, _co_index, _co_expires, _co_document)::new_certificate;
	END IF;

	-- A block of its own: what a lost race leaves half-written is undone, and answered.
	<<work>>
	BEGIN
	LOOP
		SELECT p.id, p.name INTO _who, _known_name
		FROM person p WHERE p.id_hash = _id_hash FOR NO KEY UPDATE;
		IF FOUND THEN
			IF _known_name <> _name THEN
				outcome := 'person_name_differs';
				EXIT work;
			END IF;
			SELECT * INTO _had FROM assessment a WHERE a.exam = _exam AND a.person = _who;
			IF FOUND THEN
				assessment := _had.id;
				outcome := CASE
				    WHEN _had.state = 'annulled' THEN 'assessment_annulled'
				    WHEN (_had.name, _had.attendance, _had.theory, _had.skill, _had.review,
				        _had.supplied_number) IS NOT DISTINCT FROM (_name, _attendance, _theory,
				        _skill, _review, _supplied_number) THEN 'replayed'
				    ELSE 'already_assessed' END;
				EXIT work;
			END IF;
		END IF;

		IF _f.standing <> 'ok' THEN
			outcome := 'standing';
			other := _f.standing;
			EXIT work;
		END IF;
		IF _outcome = 'pass' THEN
			_wait := greatest(_f.publicity_days, _f.window_days);
			IF _publish_on IS DISTINCT FROM
			    (CASE WHEN _wait > 0 THEN _today() + _wait + 1 END) THEN
				other := 'terms_changed';
			ELSIF _publish_on IS NULL THEN
				other := _pair_terms(_f, _supplied_number, _c);
			END IF;
			IF other IS NOT NULL THEN
				outcome := 'standing';
				EXIT work;
			END IF;
			IF _who IS NOT NULL THEN
				SELECT c.number INTO other
				FROM certificate_state s JOIN certificate c ON c.id = s.certificate
				WHERE s.person = _who AND s.kind = 'skill_grade'
				AND s.occupation = _f.occupation AND s.work_type = _f.work_type
				AND s.level = _f.level AND s.state IN ('valid', 'suspended');
				IF FOUND THEN
					outcome := 'already_certified';
					EXIT work;
				END IF;
			END IF;
			-- A number says whose it is by its first 13 characters.
			IF _supplied_number IS NOT NULL AND EXISTS (SELECT FROM organisation o
			    WHERE o.number_prefix = left(_supplied_number, 13) AND o.id <> _f.body) THEN
				outcome := 'number_taken';
				other := _supplied_number;
				EXIT work;
			END IF;
			-- Numbers to be stored now meet their unique index below.
			IF _supplied_number IS NOT NULL AND _publish_on IS NOT NULL
			    AND EXISTS (SELECT FROM certificate c WHERE c.number = _supplied_number) THEN
				outcome := 'number_taken';
				other := _supplied_number;
				EXIT work;
			END IF;
			-- A minted number may be promised to a result that waits for its publication.
			IF _supplied_number IS NULL AND _publish_on IS NULL AND EXISTS (
			    SELECT FROM assessment a WHERE a.supplied_number = _sg_number
			    AND a.outcome = 'pass' AND a.state <> 'annulled') THEN
				outcome := 'number_taken';
				other := _sg_number;
				EXIT work;
			END IF;
		END IF;

		EXIT WHEN _who IS NOT NULL;
		INSERT INTO person (id, id_type, id_country, id_hash, id_cipher, id_key, id_masked, name)
		VALUES (_person, _id_type, _id_country, _id_hash, _id_cipher, _id_key, _id_masked, _name)
		ON CONFLICT (id_hash) DO NOTHING;
		IF FOUND THEN
			_who := _person;
			EXIT;
		END IF;
		-- Somebody recorded this person meanwhile: judge again.
	END LOOP;

	INSERT INTO assessment (id, exam, person, name, attendance, theory, skill, review,
	    supplied_number, outcome, failed_parts, state, publish_on)
	VALUES (_assessment, _exam, _who, _name, _attendance, _theory, _skill, _review,
	    _supplied_number, _outcome, _failed_parts,
	    CASE WHEN _publish_on IS NULL THEN 'published' ELSE 'awaiting_publication' END,
	    _publish_on);
	IF _outcome = 'pass' AND _publish_on IS NULL THEN
		PERFORM _pair_store(_f, _assessment, _who, _name, _issued_at, _c);
		PERFORM _count(ARRAY['assessments_taken', 'certificates_skill_grade',
		        CASE WHEN _dual THEN 'certificates_company' END],
		    ARRAY[_f.held_on, _issued_on, _issued_on], _f.district, _f.body, _f.level, 1);
		PERFORM _recount_person(_who);
	ELSIF _attendance = 'present' THEN
		PERFORM _count(ARRAY['assessments_taken'], ARRAY[_f.held_on], _f.district, _f.body,
		    _f.level, 1);
	END IF;
	INSERT INTO audit (actor, request, action, object)
	VALUES (_actor, _request, 'assessment_submit', _assessment);
	outcome := 'stored';
	assessment := _assessment;

	EXCEPTION WHEN unique_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
		IF _constraint NOT IN ('certificate_number_key', 'assessment_supplied_number_key') THEN
			RAISE;
		END IF;
		assessment := NULL;
		outcome := 'number_taken';
		SELECT coalesce(min(c.number), _supplied_number, _sg_number) INTO other
		FROM certificate c WHERE c.number IN (_sg_number, _co_number);
	END;

	IF _idem_key IS NOT NULL THEN
		PERFORM _idempotency_end(_actor, 'assessment_submit', _idem_key,
		    CASE WHEN outcome IN ('stored', 'replayed') THEN assessment END);
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_submit TO talent_worker, talent_clerk;
-- certificate_jwt_store(_request text, _version uuid, _key text, _jwt text)
-- args: 4
-- Keeps the JWT form of a version. The first one wins and every caller is given it; one of a
-- revoked key no longer counts. Nobody asked for a change, so the registry itself is the actor.
-- Result: outcome · jwt text (the one to serve)
--   stored · replayed · not_found · key_unusable (not an unrevoked P-256 key of the issuer)
CREATE OR REPLACE FUNCTION talent.certificate_jwt_store(
	_request text, _version uuid, _key text, _jwt text, OUT outcome text, OUT jwt text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_certificate uuid;
	_issuer uuid;
BEGIN
	SELECT v.certificate, v.issuer INTO _certificate, _issuer
	FROM certificate_version v WHERE v.id = _version;
	IF NOT FOUND THEN
		outcome := 'not_found';
		RETURN;
	END IF;
	-- The guard: no key is revoked meanwhile. The state's row: one caller at a time.
	PERFORM _guard_share(7101, _issuer);
	PERFORM FROM certificate_state s WHERE s.certificate = _certificate FOR NO KEY UPDATE;
	SELECT j.jwt INTO jwt
	FROM certificate_jwt j JOIN issuer_key k ON k.key = j.key
	WHERE j.version = _version AND k.state <> 'revoked'
	ORDER BY j.made_at LIMIT 1;
	IF FOUND THEN
		outcome := 'replayed';
		RETURN;
	END IF;
	PERFORM FROM issuer_key k
	WHERE k.key = _key AND k.organisation = _issuer AND k.kind = 'p256' AND k.state <> 'revoked';
	IF NOT FOUND THEN
		outcome := 'key_unusable';
		RETURN;
	END IF;
	INSERT INTO certificate_jwt (version, key, jwt, made_at)
	VALUES (_version, _key, _jwt, clock_timestamp());
	INSERT INTO audit (request, action, object, detail)
	VALUES (_request, 'certificate_jwt_store', _certificate, jsonb_build_object('key', _key));
	outcome := 'stored';
	jwt := _jwt;
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_jwt_store TO talent_worker;
-- certificate_reinstate(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _number
--   text, _reason text, _note text)
-- args: 7
-- Lifts a suspension. When the transaction has committed no reader of status_clock can miss it.
-- Result: outcome · certificate uuid · number text · state text · revoked_on date
--   suspended_on date · rev bigint
--   reinstated · replayed (nothing to do; the columns say how it stands) · not_found
--   revoked_is_final · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.certificate_reinstate(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_number text, _reason text, _note text,
	OUT outcome text, OUT certificate uuid, OUT number text, OUT state text,
	OUT revoked_on date, OUT suspended_on date, OUT rev bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT * INTO outcome, certificate, number, state, revoked_on, suspended_on, rev
	FROM _certificate_move(_actor, _request, _idem_key, _idem_print, 'reinstated', _number, _reason,
	    _note);
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_reinstate TO talent_worker;
-- certificate_reissue(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _number
--   text, _version uuid, _code bytea, _key text, _list int, _idx int, _made_at timestamptz,
--   _document text)
-- args: 12
-- A new version under the same number, signed with the issuer's active key; the old code answers
-- replaced, and the old version's bit in the revocation list is set.
-- Result: outcome · number text · state text · code bytea (of the current version)
--   reissued · replayed · not_found · revoked_is_final · terms_changed (the key is not active any
--   more: load again and sign anew) · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.certificate_reissue(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_number text, _version uuid, _code bytea, _key text, _list int, _idx int,
	_made_at timestamptz, _document text,
	OUT outcome text, OUT number text, OUT state text, OUT code bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid;
	_person uuid;
	_issuer uuid;
	_old uuid;
	_rev bigint;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'certificate_reissue', _idem_key, _idem_print, NULL) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT c.id, c.person, c.issuer INTO _id, _person, _issuer
	FROM certificate c WHERE c.number = _number;
	IF NOT FOUND THEN
		outcome := 'not_found';
		PERFORM _idempotency_end(_actor, 'certificate_reissue', _idem_key, NULL);
		RETURN;
	END IF;
	IF outcome IS NULL THEN
		_rev := _tick();
		PERFORM _guard_share(7101, _issuer);
		PERFORM FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
		SELECT s.state, s.version INTO state, _old
		FROM certificate_state s WHERE s.certificate = _id FOR NO KEY UPDATE;
		outcome := CASE
		    WHEN EXISTS (SELECT FROM certificate_version v WHERE v.id = _version
		        AND v.certificate = _id) THEN 'replayed'
		    WHEN state NOT IN ('valid', 'suspended') THEN 'revoked_is_final'
		    WHEN NOT EXISTS (SELECT FROM issuer_key k WHERE k.key = _key
		        AND k.organisation = _issuer AND k.kind = 'ed25519' AND k.state = 'active')
		        THEN 'terms_changed'
		    ELSE 'reissued' END;
	END IF;
	IF outcome = 'reissued' THEN
		INSERT INTO certificate_document (version, document) VALUES (_version, _document);
		INSERT INTO certificate_version (id, certificate, ordinal, code, issuer, list, idx, key,
		    made_at, expires_on, kind, number, holder, title, occupation, edition,
		    occupation_name, work_type, level, level_name, level_name_en, issuer_name,
		    issuer_slug, issued_on, dual)
		SELECT _version, _id, v.ordinal + 1, _code, _issuer, _list, _idx, _key, _made_at,
		    v.expires_on, v.kind, v.number, v.holder, v.title, v.occupation, v.edition,
		    v.occupation_name, v.work_type, v.level, v.level_name, v.level_name_en,
		    v.issuer_name, v.issuer_slug, v.issued_on, v.dual
		FROM certificate_version v WHERE v.id = _old;
		UPDATE certificate_state s SET version = _version, rev = _rev WHERE s.certificate = _id;
		INSERT INTO certificate_event (certificate, kind, rev, actor, request)
		VALUES (_id, 'reissued', _rev, _actor, _request);
		INSERT INTO status_list AS l (issuer, purpose, list, rev, changed_at)
		SELECT v.issuer, 'revocation', v.list, _rev, clock_timestamp()
		FROM certificate_version v WHERE v.id = _old
		ON CONFLICT (issuer, purpose, list)
		DO UPDATE SET rev = excluded.rev, changed_at = excluded.changed_at;
		INSERT INTO status_bit (issuer, purpose, list, idx)
		SELECT v.issuer, 'revocation', v.list, v.idx FROM certificate_version v WHERE v.id = _old;
		IF state = 'suspended' THEN
			PERFORM _status_set(_id, 'suspension', true, _rev);
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'certificate_reissue', _id,
		    jsonb_build_object('number', _number, 'key', _key));
	END IF;
	PERFORM _idempotency_end(_actor, 'certificate_reissue', _idem_key,
	    CASE WHEN outcome IN ('reissued', 'replayed') THEN _id END);
	number := _number;
	SELECT s.state, v.code INTO state, code
	FROM certificate_state s JOIN certificate_version v ON v.id = s.version
	WHERE s.certificate = _id;
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_reissue TO talent_worker;
-- certificate_revoke(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _number
--   text, _reason text, _note text)
-- args: 7
-- Final. The other certificate of the pair stays as it is. When the transaction has committed no reader of status_clock can miss it.
-- Result: outcome · certificate uuid · number text · state text · revoked_on date
--   suspended_on date · rev bigint
--   revoked · replayed (nothing to do; the columns say how it stands) · not_found
--   idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.certificate_revoke(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_number text, _reason text, _note text,
	OUT outcome text, OUT certificate uuid, OUT number text, OUT state text,
	OUT revoked_on date, OUT suspended_on date, OUT rev bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT * INTO outcome, certificate, number, state, revoked_on, suspended_on, rev
	FROM _certificate_move(_actor, _request, _idem_key, _idem_print, 'revoked', _number, _reason,
	    _note);
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_revoke TO talent_worker;
-- certificate_suspend(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _number
--   text, _reason text, _note text)
-- args: 7
-- Lifted by certificate_reinstate. When the transaction has committed no reader of status_clock can miss it.
-- Result: outcome · certificate uuid · number text · state text · revoked_on date
--   suspended_on date · rev bigint
--   suspended · replayed (nothing to do; the columns say how it stands) · not_found
--   revoked_is_final · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.certificate_suspend(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_number text, _reason text, _note text,
	OUT outcome text, OUT certificate uuid, OUT number text, OUT state text,
	OUT revoked_on date, OUT suspended_on date, OUT rev bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT * INTO outcome, certificate, number, state, revoked_on, suspended_on, rev
	FROM _certificate_move(_actor, _request, _idem_key, _idem_print, 'suspended', _number, _reason,
	    _note);
END
$$;
GRANT EXECUTE ON FUNCTION talent.certificate_suspend TO talent_worker;
-- client_certificate_add(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id
--   uuid, _role text, _organisation uuid, _districts text[], _label text, _spki bytea, _expires_at
--   timestamptz)
-- args: 11
-- Adds a credential. Roles: institution, company, administrator, auditor, employer. The first
-- two and employer need an organisation; _districts ({} = all) only limits administrators, and
-- null is refused: a limit that got lost must not read as none.
-- Result: outcome · client_certificate uuid
--   created · replayed · organisation_unknown · role_unsuitable (organisation is of another
--   kind, or missing, or not allowed) · district_unknown · spki_taken · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.client_certificate_add(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _role text, _organisation uuid, _districts text[], _label text,
	_spki bytea, _expires_at timestamptz,
	OUT outcome text, OUT client_certificate uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, client_certificate
	FROM _idempotency(_actor, 'client_certificate_add', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	outcome := _credential_refusal(_role, _organisation, _districts);
	IF outcome IS NULL THEN
		INSERT INTO client_certificate (id, role, organisation, districts, label, spki, expires_at)
		VALUES (_id, _role, _organisation, _districts, _label, _spki, _expires_at)
		ON CONFLICT (spki) DO NOTHING;
		IF FOUND THEN
			outcome := 'created';
		ELSIF EXISTS (SELECT FROM client_certificate c WHERE c.id = _id AND c.spki = _spki) THEN
			outcome := 'replayed';	-- this very call, its COMMIT was not heard
			client_certificate := _id;
		ELSE
			outcome := 'spki_taken';
		END IF;
	END IF;
	IF outcome = 'created' THEN
		client_certificate := _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'client_certificate_add', _id,
		    jsonb_build_object('role', _role, 'organisation', _organisation));
	END IF;
	PERFORM _idempotency_end(_actor, 'client_certificate_add', _idem_key,
	    CASE WHEN outcome IN ('created', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.client_certificate_add TO talent_worker;
-- client_certificate_revoke(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id
--   uuid)
-- args: 5
-- Revokes a client certificate's access at once.
-- Result: outcome · client_certificate uuid
--   revoked · replayed · not_found · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.client_certificate_revoke(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid,
	OUT outcome text, OUT client_certificate uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, client_certificate
	FROM _idempotency(_actor, 'client_certificate_revoke', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	UPDATE client_certificate t SET revoked_at = now() WHERE t.id = _id AND t.revoked_at IS NULL;
	IF FOUND THEN
		outcome := 'revoked';
		INSERT INTO audit (actor, request, action, object)
		VALUES (_actor, _request, 'client_certificate_revoke', _id);
	ELSIF EXISTS (SELECT FROM client_certificate t WHERE t.id = _id) THEN
		outcome := 'replayed';
	ELSE
		outcome := 'not_found';
	END IF;
	client_certificate := CASE WHEN outcome <> 'not_found' THEN _id END;
	PERFORM _idempotency_end(_actor, 'client_certificate_revoke', _idem_key,
	    CASE WHEN outcome IN ('revoked', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.client_certificate_revoke TO talent_worker;
-- counts_fold(_limit int)
-- args: 1
-- Folds up to _limit count deltas into the totals of their day and bucket. For the clerk.
-- Result: folded int
CREATE OR REPLACE FUNCTION talent.counts_fold(
	_limit int,
	OUT folded int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	-- One folder at a time: two would take the same totals in different orders.
	PERFORM pg_advisory_xact_lock(7103, 0);
	WITH gone AS (
		DELETE FROM count_delta d
		WHERE d.id IN (SELECT x.id FROM count_delta x ORDER BY x.id LIMIT _limit)
		RETURNING d.*
	), days AS (
		INSERT INTO count_total AS t
		    (programme, measure, day, district, body, level, month, n)
		SELECT g.programme, g.measure, g.day, g.district, g.body, g.level, g.month, sum(g.n)
		FROM gone g GROUP BY 1, 2, 3, 4, 5, 6, 7
		ON CONFLICT (programme, measure, day, district, body, level, month)
		DO UPDATE SET n = t.n + excluded.n
	), grand AS (
		INSERT INTO count_grand AS t (programme, measure, n)
		SELECT g.programme, g.measure, sum(g.n) FROM gone g GROUP BY 1, 2
		ON CONFLICT (programme, measure) DO UPDATE SET n = t.n + excluded.n
	)
	SELECT count(*) INTO folded FROM gone;
END
$$;
GRANT EXECUTE ON FUNCTION talent.counts_fold TO talent_clerk;
-- credentials_touch(_ids uuid[])
-- args: 1
-- Notes that these tokens and client certificates were used (to the minute).
-- Result: touched int
CREATE OR REPLACE FUNCTION talent.credentials_touch(
	_ids uuid[],
	OUT touched int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_also int;
BEGIN
	UPDATE token t SET last_used_at = date_trunc('minute', now())
	FROM (SELECT x.id FROM token x WHERE x.id = ANY (_ids)
	    AND x.last_used_at IS DISTINCT FROM date_trunc('minute', now())
	    ORDER BY x.id FOR NO KEY UPDATE SKIP LOCKED) u
	WHERE t.id = u.id;
	GET DIAGNOSTICS touched = ROW_COUNT;
	UPDATE client_certificate t SET last_used_at = date_trunc('minute', now())
	FROM (SELECT x.id FROM client_certificate x WHERE x.id = ANY (_ids)
	    AND x.last_used_at IS DISTINCT FROM date_trunc('minute', now())
	    ORDER BY x.id FOR NO KEY UPDATE SKIP LOCKED) u
	WHERE t.id = u.id;
	GET DIAGNOSTICS _also = ROW_COUNT;
	touched := touched + _also;
END
$$;
GRANT EXECUTE ON FUNCTION talent.credentials_touch TO talent_worker, talent_clerk;
-- exam_create(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid, _body
--   uuid, _code text, _session uuid, _occupation text, _edition text, _work_type text, _level
--   text, _partner text, _held_on date, _publicity_days int)
-- args: 15
-- Announces an exam. _work_type is the slug or the Chinese name, _partner the company's slug
-- or null, _session null or a session of this or another institution.
-- Result: outcome · exam uuid · other text
--   created · replayed · code_taken (exam = the other one) · work_type_unknown
--   level_not_offered · partner_unknown · session_not_found
--   standing (other as exam_load.standing) · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.exam_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _body uuid, _code text, _session uuid, _occupation text, _edition text,
	_work_type text, _level text, _partner text, _held_on date, _publicity_days int,
	OUT outcome text, OUT exam uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_slug text;
	_company uuid;
	_had exam;
BEGIN
	SELECT i.seen, i.object INTO outcome, exam
	FROM _idempotency(_actor, 'exam_create', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	<<work>>
	BEGIN
	SELECT w.slug INTO _slug FROM work_type w
	WHERE w.occupation = _occupation AND w.edition = _edition
	AND _work_type IN (w.slug, w.name);
	IF NOT FOUND THEN
		outcome := 'work_type_unknown';
		EXIT work;
	ELSIF NOT EXISTS (SELECT FROM work_type_level l WHERE l.occupation = _occupation
	    AND l.edition = _edition AND l.work_type = _slug AND l.level = _level) THEN
		outcome := 'level_not_offered';
		EXIT work;
	END IF;
	IF _partner IS NOT NULL THEN
		SELECT o.id INTO _company FROM organisation o
		JOIN organisation_kind k ON k.organisation = o.id AND k.kind = 'livestreaming_company'
		WHERE o.slug = _partner;
		IF NOT FOUND THEN
			outcome := 'partner_unknown';
			EXIT work;
		END IF;
	END IF;
	IF _session IS NOT NULL
	    AND NOT EXISTS (SELECT FROM training_session s WHERE s.id = _session) THEN
		outcome := 'session_not_found';
		EXIT work;
	END IF;
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(least(_body, _company))),
	    pg_advisory_xact_lock_shared(7101, uuid_hash(greatest(_body, _company)));

	INSERT INTO exam (id, body, code, session, occupation, edition, work_type, level, partner,
	    held_on, publicity_days, district)
	SELECT _id, _body, _code, _session, _occupation, _edition, _slug, _level, _company,
	    _held_on, _publicity_days, o.district
	FROM organisation o WHERE o.id = _body
	ON CONFLICT (body, code) DO NOTHING;
	IF NOT FOUND THEN
		SELECT * INTO STRICT _had FROM exam e WHERE e.body = _body AND e.code = _code;
		exam := _had.id;
		outcome := CASE WHEN (_had.session, _had.occupation, _had.edition, _had.work_type,
		    _had.level, _had.partner, _had.held_on, _had.publicity_days) IS NOT DISTINCT FROM
		    (_session, _occupation, _edition, _slug, _level, _company, _held_on,
		    _publicity_days) THEN 'replayed' ELSE 'code_taken' END;
		EXIT work;
	END IF;
	-- Judged as results will be, with the row in place; refused, the block undoes the row.
	SELECT f.standing INTO other FROM exam_facts f WHERE f.id = _id;
	IF other <> 'ok' THEN
		RAISE EXCEPTION 'standing' USING ERRCODE = 'TA100';
	END IF;
	other := NULL;
	INSERT INTO audit (actor, request, action, object)
	VALUES (_actor, _request, 'exam_create', _id);
	outcome := 'created';
	exam := _id;

	EXCEPTION WHEN SQLSTATE 'TA100' THEN
		outcome := 'standing';
	END;
	PERFORM _idempotency_end(_actor, 'exam_create', _idem_key,
	    CASE WHEN outcome IN ('created', 'replayed') THEN exam END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_create TO talent_worker;
-- idempotency_purge(_older_than interval, _limit int)
-- args: 2
-- Forgets idempotency keys older than that. For the clerk.
-- Result: purged int
CREATE OR REPLACE FUNCTION talent.idempotency_purge(
	_older_than interval, _limit int,
	OUT purged int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	DELETE FROM idempotency i WHERE i.ctid = ANY (ARRAY(
	    SELECT x.ctid FROM idempotency x WHERE x.at < now() - _older_than LIMIT _limit));
	GET DIAGNOSTICS purged = ROW_COUNT;
END
$$;
GRANT EXECUTE ON FUNCTION talent.idempotency_purge TO talent_clerk;
-- issuer_key_rewrap(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _key text,
--   _old_wrapped bytea, _new_wrapped bytea)
-- args: 7
-- Keeps an issuing key as the signer wrapped it anew. An Idempotency-Key covers the whole request,
-- many keys: each says for itself whether it is done.
-- Result: outcome
--   rewrapped · unchanged (it is kept like that already) · changed_meanwhile (kept neither as the
--   old nor as the new bytes: somebody else wrapped it) · not_found · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.issuer_key_rewrap(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_key text, _old_wrapped bytea, _new_wrapped bytea, OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_k issuer_key;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'issuer_key_rewrap', _idem_key, _idem_print, NULL) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	-- The guard first, as whoever changes the key's state has it.
	PERFORM _guard_alone(7101, k.organisation) FROM issuer_key k WHERE k.key = _key;
	SELECT * INTO _k FROM issuer_key k WHERE k.key = _key FOR NO KEY UPDATE;
	outcome := CASE
	    WHEN _k.key IS NULL THEN 'not_found'
	    WHEN _k.wrapped = _new_wrapped THEN 'unchanged'
	    WHEN _k.wrapped = _old_wrapped THEN 'rewrapped'
	    ELSE 'changed_meanwhile' END;
	IF outcome = 'rewrapped' THEN
		PERFORM set_config('talent.rewrapping', _key, true);
		UPDATE issuer_key k SET wrapped = _new_wrapped WHERE k.key = _key;
		PERFORM set_config('talent.rewrapping', '', true);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'issuer_key_rewrap', _k.organisation,
		    jsonb_build_object('key', _key));
	END IF;
	PERFORM _idempotency_end(_actor, 'issuer_key_rewrap', _idem_key,
	    CASE WHEN outcome IN ('rewrapped', 'unchanged') THEN _k.organisation END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.issuer_key_rewrap TO talent_worker;
-- issuer_key_store(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _organisation
--   uuid, _key text, _public bytea, _wrapped bytea)
-- args: 8
-- Stores an issuer's first active key of its kind as the signer generated it. Two hosts at once: the first
-- wins and both are told the same key.
-- Result: outcome · key text · public bytea · wrapped bytea
--   stored · replayed (an active key of that kind was there; it is returned) · organisation_unknown
--   idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.issuer_key_store(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_organisation uuid, _key text, _public bytea, _wrapped bytea,
	OUT outcome text, OUT key text, OUT public bytea, OUT wrapped bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'issuer_key_store', _idem_key, _idem_print, _organisation) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	IF NOT EXISTS (SELECT FROM organisation o WHERE o.id = _organisation) THEN
		outcome := 'organisation_unknown';
		PERFORM _idempotency_end(_actor, 'issuer_key_store', _idem_key, NULL);
		RETURN;
	END IF;
	-- The guard alone: stores under way see either no key or this one.
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(_organisation));
	SELECT k.key, k.public, k.wrapped INTO key, public, wrapped
	FROM issuer_key k WHERE k.organisation = _organisation AND k.state = 'active'
	AND k.kind = CASE WHEN _key LIKE 'zDn%' THEN 'p256' ELSE 'ed25519' END;
	IF FOUND THEN
		outcome := 'replayed';
	ELSE
		INSERT INTO issuer_key (key, organisation, public, wrapped)
		VALUES (_key, _organisation, _public, _wrapped);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'issuer_key_store', _organisation,
		    jsonb_build_object('key', _key));
		outcome := 'stored';
		key := _key;
		public := _public;
		wrapped := _wrapped;
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.issuer_key_store TO talent_worker, talent_clerk;
-- key_action_approve(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
--   _key text, _public bytea, _wrapped bytea, _jwt_key text, _jwt_public bytea, _jwt_wrapped bytea)
-- args: 11
-- Does what was asked for, by a second person. The keys are fresh ones for a rotation, null
-- otherwise: the new pair becomes active and the old one retires in this transaction, under the
-- issuer's guard, so every store meets either the old keys or the new ones. A revocation moves the
-- status clock: when it has committed no host answers from what it had cached.
-- Result: outcome · action text · slug text · key text (the new key for embedded proofs, or the
--   one that was changed) · jwt_key text or null
--   approved · replayed (approved before) · second_person_needed · action_over (rejected or too
--   late) · wrong_state (the key has changed since) · not_found · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.key_action_approve(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	_key text, _public bytea, _wrapped bytea, _jwt_key text, _jwt_public bytea, _jwt_wrapped bytea,
	OUT outcome text, OUT action text, OUT slug text, OUT key text, OUT jwt_key text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_q key_action;
	_n int;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'key_action_approve', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	-- What never changes is read first; it says which locks are needed.
	SELECT * INTO _q FROM key_action q WHERE q.id = _id;
	IF NOT FOUND THEN
		outcome := 'not_found';
		PERFORM _idempotency_end(_actor, 'key_action_approve', _idem_key, NULL);
		RETURN;
	END IF;
	action := _q.action;
	SELECT o.slug INTO slug FROM organisation o WHERE o.id = _q.organisation;
	IF action = 'revocation' THEN
		PERFORM _tick();
	END IF;
	PERFORM _guard_alone(7101, _q.organisation);
	SELECT * INTO _q FROM key_action q WHERE q.id = _id FOR NO KEY UPDATE;
	SELECT count(*) INTO _n FROM issuer_key k
	WHERE k.organisation = _q.organisation AND k.key = coalesce(_q.key, k.key)
	AND (k.state = 'active' OR (action = 'revocation' AND k.state = 'retired'));
	outcome := CASE
	    WHEN _q.state = 'approved' THEN 'replayed'
	    WHEN _q.state <> 'awaiting_approval' OR now() >= _q.expires_at THEN 'action_over'
	    WHEN _q.requested_by = _actor THEN 'second_person_needed'
	    WHEN _n = 0 OR (action = 'rotation') <> (_key IS NOT NULL AND _jwt_key IS NOT NULL)
	        THEN 'wrong_state'
	    ELSE 'approved' END;
	IF outcome = 'approved' THEN
		UPDATE key_action q SET state = 'approved', decided_by = _actor, decided_at = now()
		WHERE q.id = _id;
		IF action = 'revocation' THEN
			UPDATE status_clock SET rev = rev + 1, forget_rev = rev + 1 WHERE single;
			UPDATE issuer_key k SET state = 'revoked', retired_at = coalesce(k.retired_at, now()),
			    revoked_from = _q.revoke_from::timestamp AT TIME ZONE 'Asia/Shanghai'
			WHERE k.key = _q.key;
		ELSE
			UPDATE issuer_key k SET state = 'retired', retired_at = now()
			WHERE k.organisation = _q.organisation AND k.key = coalesce(_q.key, k.key)
			AND k.state = 'active';
		END IF;
		IF action = 'rotation' THEN
			INSERT INTO issuer_key (key, organisation, public, wrapped)
			VALUES (_key, _q.organisation, _public, _wrapped),
			    (_jwt_key, _q.organisation, _jwt_public, _jwt_wrapped);
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'key_action_approve', _q.organisation, jsonb_build_object(
		    'id', _id, 'action', action, 'key', coalesce(_q.key, _key), 'jwt_key', _jwt_key,
		    'from', _q.revoke_from, 'requested_by', _q.requested_by));
	END IF;
	PERFORM _idempotency_end(_actor, 'key_action_approve', _idem_key,
	    CASE WHEN outcome IN ('approved', 'replayed') THEN _id END);
	SELECT coalesce(_q.key, max(k.key) FILTER (WHERE k.kind = 'ed25519')),
	    CASE WHEN _q.key IS NULL THEN max(k.key) FILTER (WHERE k.kind = 'p256') END
	INTO key, jwt_key
	FROM issuer_key k WHERE k.organisation = _q.organisation AND k.state = 'active';
END
$$;
GRANT EXECUTE ON FUNCTION talent.key_action_approve TO talent_worker;
-- key_action_reject(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid)
-- args: 5
-- Nothing of what was asked for is done. Anybody who may decide may reject, who asked too.
-- Result: outcome · action text · slug text
--   rejected · replayed (rejected before) · action_over (approved, or too late) · not_found
--   idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.key_action_reject(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
	OUT outcome text, OUT action text, OUT slug text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_q key_action;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'key_action_reject', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	SELECT * INTO _q FROM key_action q WHERE q.id = _id FOR NO KEY UPDATE;
	outcome := CASE
	    WHEN _q.id IS NULL THEN 'not_found'
	    WHEN _q.state = 'rejected' THEN 'replayed'
	    WHEN _q.state <> 'awaiting_approval' OR now() >= _q.expires_at THEN 'action_over'
	    ELSE 'rejected' END;
	IF outcome = 'rejected' THEN
		UPDATE key_action q SET state = 'rejected', decided_by = _actor, decided_at = now()
		WHERE q.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'key_action_reject', _q.organisation,
		    jsonb_build_object('id', _id, 'action', _q.action, 'requested_by', _q.requested_by));
	END IF;
	PERFORM _idempotency_end(_actor, 'key_action_reject', _idem_key,
	    CASE WHEN outcome IN ('rejected', 'replayed') THEN _id END);
	action := _q.action;
	SELECT o.slug INTO slug FROM organisation o WHERE o.id = _q.organisation;
END
$$;
GRANT EXECUTE ON FUNCTION talent.key_action_reject TO talent_worker;
-- key_action_request(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
--   _slug text, _action text, _key text, _from date)
-- args: 9
-- Asks for a rotation (_key null), retirement or revocation (_from: not trusted from that Shanghai
-- day on) of issuing keys. Nothing changes before another person approves it, within 24 hours.
-- Result: outcome · id uuid · expires_at text (RFC 3339)
--   requested · replayed (the same is asked for already; that one is returned) · not_found
--   wrong_state (nothing active to rotate or retire, or revoked already) · from_in_future
--   idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.key_action_request(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _slug text, _action text, _key text, _from date,
	OUT outcome text, OUT id uuid, OUT expires_at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_org uuid;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, 'key_action_request', _idem_key, _idem_print, _id) i;
	IF outcome IS NULL THEN
		SELECT o.id INTO _org FROM organisation o WHERE o.slug = _slug
		AND (_key IS NULL OR EXISTS (SELECT FROM issuer_key k
		    WHERE k.key = _key AND k.organisation = o.id));
		IF _org IS NULL THEN
			outcome := 'not_found';
		ELSIF _from > _today() THEN
			outcome := 'from_in_future';
		ELSE
			PERFORM _guard_alone(7101, _org);
			UPDATE key_action q SET state = 'expired', decided_at = now()
			WHERE q.organisation = _org AND q.state = 'awaiting_approval'
			AND q.expires_at <= now();
			SELECT q.id INTO id FROM key_action q
			WHERE q.organisation = _org AND q.action = _action AND q.key IS NOT DISTINCT FROM _key
			AND q.revoke_from IS NOT DISTINCT FROM _from AND q.state = 'awaiting_approval';
			IF FOUND THEN
				outcome := 'replayed';
			ELSIF EXISTS (SELECT FROM key_action q WHERE q.organisation = _org
			    AND q.action = _action AND q.key IS NOT DISTINCT FROM _key
			    AND q.state = 'awaiting_approval')
			    OR NOT EXISTS (SELECT FROM issuer_key k WHERE k.organisation = _org
			        AND k.key = coalesce(_key, k.key)
			        AND (k.state = 'active' OR (_action = 'revocation' AND k.state = 'retired'))) THEN
				outcome := 'wrong_state';
			ELSE
				INSERT INTO key_action (id, organisation, action, key, revoke_from, requested_by)
				VALUES (_id, _org, _action, _key, _from, _actor);
				INSERT INTO audit (actor, request, action, object, detail)
				VALUES (_actor, _request, 'key_action_request', _org, jsonb_build_object(
				    'id', _id, 'action', _action, 'key', _key, 'from', _from));
				outcome := 'requested';
				id := _id;
			END IF;
		END IF;
		PERFORM _idempotency_end(_actor, 'key_action_request', _idem_key, id);
	END IF;
	SELECT _instant(q.expires_at) INTO expires_at FROM key_action q WHERE q.id = id;
END
$$;
GRANT EXECUTE ON FUNCTION talent.key_action_request TO talent_worker;
-- numbers_reserve(_issuer uuid, _kind text, _year int, _level text, _n int)
-- args: 5
-- Reserves _n consecutive sequence numbers (from 1) for an issuer, kind (skill_grade,
-- company), year and level (company: empty text). Gaps are allowed: nothing comes back.
-- Result: first bigint (null: fewer than _n are left of the 999999 or 99999999)
CREATE OR REPLACE FUNCTION talent.numbers_reserve(
	_issuer uuid, _kind text, _year int, _level text, _n int,
	OUT first bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_last bigint := CASE _kind WHEN 'skill_grade' THEN 999999 ELSE 99999999 END;
BEGIN
	IF _n NOT BETWEEN 1 AND 10000 THEN
		RAISE EXCEPTION 'a block has 1 to 10000 numbers' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	INSERT INTO number_block AS b (issuer, kind, year, level, next)
	VALUES (_issuer, _kind, _year, coalesce(_level, ''), 1 + _n)
	ON CONFLICT (issuer, kind, year, level) DO UPDATE SET next = b.next + _n
	WHERE b.next + _n <= _last + 1
	RETURNING b.next - _n INTO first;
END
$$;
GRANT EXECUTE ON FUNCTION talent.numbers_reserve TO talent_worker, talent_clerk;
-- session_complete(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _session
--   uuid, _completed_on date, _enrolments uuid[], _hours numeric[])
-- args: 8
-- Ends a session: who attended at least the minimum hours has completed, and counts.
-- Arrays are literals of equal length.
-- Result: outcome · completed int · not_completed text (a JSON array of
--   {"id","code","minimum"}; code hours_below_minimum, or not_reported for an enrolment
--   that was not listed) · other text
--   completed · replayed (same content again) · already_completed (other content)
--   session_not_found · session_cancelled · completed_before_start · date_in_future
--   enrolment_unknown (other = first id that is not of this session) · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_complete(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_session uuid, _completed_on date, _enrolments uuid[], _hours numeric[],
	OUT outcome text, OUT completed int, OUT not_completed text, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s training_session;
	_district text;
	_minimum int;
	_seen boolean;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'session_complete', _idem_key, _idem_print, _session) i;
	IF outcome = 'idempotency_key_reused' THEN
		RETURN;
	END IF;
	_seen := outcome IS NOT NULL;

	<<work>>
	BEGIN
	SELECT * INTO _s FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'session_not_found';
		EXIT work;
	END IF;
	SELECT u::text INTO other FROM unnest(_enrolments) u
	WHERE NOT EXISTS (SELECT FROM enrolment e WHERE e.id = u AND e.session = _session) LIMIT 1;
	IF FOUND THEN
		outcome := 'enrolment_unknown';
		EXIT work;
	END IF;
	IF _s.state = 'completed' THEN
		outcome := CASE WHEN _seen OR (_s.completed_on = _completed_on AND NOT EXISTS (
		    SELECT FROM enrolment e
		    LEFT JOIN unnest(_enrolments, _hours) u (id, hours) ON u.id = e.id
		    WHERE e.session = _session AND e.hours_attended IS DISTINCT FROM u.hours))
		    THEN 'replayed' ELSE 'already_completed' END;
	ELSIF _s.state = 'cancelled' THEN
		outcome := 'session_cancelled';
	ELSIF _completed_on < _s.starts_on THEN
		outcome := 'completed_before_start';
	ELSIF _completed_on > _today() THEN
		outcome := 'date_in_future';
	ELSE
		outcome := 'completed';
	END IF;
	IF outcome NOT IN ('completed', 'replayed') THEN
		EXIT work;
	END IF;

	SELECT coalesce((SELECT l.min_hours FROM work_type_level l
	    WHERE l.occupation = _s.occupation AND l.edition = _s.edition
	    AND l.work_type = _s.work_type AND l.level = _s.level), _s.hours) INTO _minimum;
	IF outcome = 'completed' THEN
		SELECT o.district INTO _district FROM organisation o WHERE o.id = _s.institution;
		UPDATE enrolment e SET hours_attended = u.hours,
		    state = CASE WHEN u.hours >= _minimum THEN 'completed' ELSE 'not_completed' END
		FROM enrolment x LEFT JOIN unnest(_enrolments, _hours) u (id, hours) ON u.id = x.id
		WHERE x.session = _session AND e.id = x.id;
		UPDATE training_session s SET state = 'completed', completed_on = _completed_on,
		    counted_district = _district
		WHERE s.id = _session;
	END IF;
	SELECT count(*) FILTER (WHERE e.state = 'completed'),
	    coalesce(string_agg(format('{"id":"%s","code":"%s","minimum":%s}', e.id,
	    CASE WHEN e.hours_attended IS NULL THEN 'not_reported' ELSE 'hours_below_minimum' END,
	    _minimum), ',' ORDER BY array_position(_enrolments, e.id), e.id)
	    FILTER (WHERE e.state = 'not_completed'), '')
	INTO completed, not_completed
	FROM enrolment e WHERE e.session = _session;
	not_completed := '[' || not_completed || ']';
	IF outcome = 'completed' THEN
		PERFORM _count(ARRAY['sessions_completed'], ARRAY[_completed_on], _district,
		    _s.institution, _s.level, 1);
		IF completed > 0 THEN
			PERFORM _count(ARRAY['training_completions'], ARRAY[_completed_on], _district,
			    _s.institution, _s.level, completed);
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'session_complete', _session,
		    jsonb_build_object('completed', completed));
	END IF;
	END;
	PERFORM _idempotency_end(_actor, 'session_complete', _idem_key,
	    CASE WHEN outcome IN ('completed', 'replayed') THEN _session END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_complete TO talent_worker;
-- session_create(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid,
--   _institution uuid, _title text, _occupation text, _edition text, _work_type text, _level text,
--   _starts_on date, _ends_on date, _hours int, _capacity int, _district text)
-- args: 16
-- Plans a training session. _work_type is the slug or the Chinese name.
-- Result: outcome · session uuid
--   created · replayed · organisation_suspended · work_type_unknown · level_not_offered
--   district_unknown · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _institution uuid, _title text, _occupation text, _edition text,
	_work_type text, _level text, _starts_on date, _ends_on date, _hours int, _capacity int,
	_district text,
	OUT outcome text, OUT session uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_slug text;
BEGIN
	SELECT i.seen, i.object INTO outcome, session
	FROM _idempotency(_actor, 'session_create', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(_institution));
	SELECT w.slug INTO _slug FROM work_type w
	WHERE w.occupation = _occupation AND w.edition = _edition
	AND _work_type IN (w.slug, w.name);
	IF NOT FOUND THEN
		outcome := 'work_type_unknown';
	ELSIF _level IS NOT NULL AND NOT EXISTS (SELECT FROM work_type_level l
	    WHERE l.occupation = _occupation AND l.edition = _edition AND l.work_type = _slug
	    AND l.level = _level) THEN
		outcome := 'level_not_offered';
	ELSIF NOT EXISTS (SELECT FROM district d WHERE d.code = _district) THEN
		outcome := 'district_unknown';
	ELSIF NOT EXISTS (SELECT FROM organisation o
	    WHERE o.id = _institution AND o.suspended_at IS NULL) THEN
		outcome := 'organisation_suspended';
	ELSE
		INSERT INTO training_session (id, institution, title, occupation, edition, work_type,
		    level, starts_on, ends_on, hours, capacity, district)
		VALUES (_id, _institution, _title, _occupation, _edition, _slug, _level, _starts_on,
		    _ends_on, _hours, _capacity, _district)
		ON CONFLICT (id) DO NOTHING;
		-- Else it is there: the same call, sent again because its COMMIT was not heard. The
		-- index waits for one that is still under way; looking first would miss it.
		IF FOUND THEN
			INSERT INTO audit (actor, request, action, object)
			VALUES (_actor, _request, 'session_create', _id);
		END IF;
		outcome := 'created';
		session := _id;
	END IF;
	PERFORM _idempotency_end(_actor, 'session_create', _idem_key,
	    CASE WHEN outcome IN ('created') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_create TO talent_worker;
-- session_enrol(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _enrolment uuid,
--   _session uuid, _person uuid, _id_type text, _id_country text, _id_hash bytea, _id_cipher
--   bytea, _id_key smallint, _id_masked text, _name text)
-- args: 14
-- Enrols one person. _enrolment and _person are new ids chosen by the caller.
-- Result: outcome · enrolment uuid
--   enrolled · replayed (was enrolled; its id) · session_not_found · session_closed
--   session_full · person_name_differs · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_enrol(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_enrolment uuid, _session uuid, _person uuid, _id_type text, _id_country text,
	_id_hash bytea, _id_cipher bytea, _id_key smallint, _id_masked text, _name text,
	OUT outcome text, OUT enrolment uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s training_session;
	_who uuid;
	_known_name text;
BEGIN
	SELECT i.seen, i.object INTO outcome, enrolment
	FROM _idempotency(_actor, 'session_enrol', _idem_key, _idem_print, _enrolment) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	<<work>>
	BEGIN
	-- The session's row first: the seats are counted under it.
	SELECT * INTO _s FROM training_session s WHERE s.id = _session FOR NO KEY UPDATE;
	IF NOT FOUND THEN
		outcome := 'session_not_found';
		EXIT work;
	END IF;
	LOOP
		SELECT p.id, p.name INTO _who, _known_name
		FROM person p WHERE p.id_hash = _id_hash FOR NO KEY UPDATE;
		IF FOUND THEN
			IF _known_name <> _name THEN
				outcome := 'person_name_differs';
				EXIT work;
			END IF;
			SELECT e.id INTO enrolment
			FROM enrolment e WHERE e.session = _session AND e.person = _who;
			IF FOUND THEN
				outcome := 'replayed';
				EXIT work;
			END IF;
		END IF;
		IF _s.state <> 'planned' THEN
			outcome := 'session_closed';
			EXIT work;
		ELSIF _s.capacity <= (SELECT count(*) FROM enrolment e WHERE e.session = _session) THEN
			outcome := 'session_full';
			EXIT work;
		END IF;
		EXIT WHEN _who IS NOT NULL;
		INSERT INTO person (id, id_type, id_country, id_hash, id_cipher, id_key, id_masked, name)
		VALUES (_person, _id_type, _id_country, _id_hash, _id_cipher, _id_key, _id_masked, _name)
		ON CONFLICT (id_hash) DO NOTHING;
		IF FOUND THEN
			_who := _person;
			EXIT;
		END IF;
	END LOOP;
	INSERT INTO enrolment (id, session, person) VALUES (_enrolment, _session, _who);
	INSERT INTO audit (actor, request, action, object)
	VALUES (_actor, _request, 'session_enrol', _enrolment);
	outcome := 'enrolled';
	enrolment := _enrolment;
	END;
	PERFORM _idempotency_end(_actor, 'session_enrol', _idem_key,
	    CASE WHEN outcome IN ('enrolled', 'replayed') THEN enrolment END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_enrol TO talent_worker;
-- status_list_signed(_hash bytea, _slug text, _purpose text, _list int, _rev bigint, _key text)
-- args: 6
-- Notes that a status list of this hash was signed; every host may say so of the same list. The
-- row is its own record: there is nothing for the audit to add.
-- Result: outcome
--   stored · replayed · not_found
CREATE OR REPLACE FUNCTION talent.status_list_signed(
	_hash bytea, _slug text, _purpose text, _list int, _rev bigint, _key text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	INSERT INTO signed_list (hash, issuer, purpose, list, rev, key, made_at)
	SELECT _hash, k.organisation, _purpose, _list, _rev, k.key, clock_timestamp()
	FROM issuer_key k JOIN organisation o ON o.id = k.organisation
	WHERE k.key = _key AND o.slug = _slug
	ON CONFLICT DO NOTHING;
	outcome := CASE WHEN FOUND THEN 'stored'
	    WHEN EXISTS (SELECT FROM signed_list s WHERE s.hash = _hash) THEN 'replayed'
	    ELSE 'not_found' END;
END
$$;
GRANT EXECUTE ON FUNCTION talent.status_list_signed TO talent_worker;
-- status_reserve(_issuer uuid, _n int)
-- args: 2
-- Reserves _n consecutive status ordinals (from 0) of an issuer. List = 1 + ordinal / 131072,
-- index = the permutation under list_key of ordinal % 131072.
-- Result: first bigint · list_key bytea (32 bytes, the issuer's)
CREATE OR REPLACE FUNCTION talent.status_reserve(
	_issuer uuid, _n int,
	OUT first bigint, OUT list_key bytea)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	IF _n NOT BETWEEN 1 AND 10000 THEN
		RAISE EXCEPTION 'a block has 1 to 10000 entries' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	INSERT INTO status_block AS b (issuer, next, list_key)
	VALUES (_issuer, _n, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
	ON CONFLICT (issuer) DO UPDATE SET next = b.next + _n
	RETURNING b.next - _n, b.list_key INTO first, list_key;
	-- A list is published, empty, from its first reservation on.
	INSERT INTO status_list (issuer, purpose, list, rev, changed_at)
	SELECT _issuer, p.purpose, l.list, 0, now()
	FROM generate_series(first / 131072 + 1, (first + _n - 1) / 131072 + 1) l (list)
	CROSS JOIN (VALUES ('revocation'), ('suspension')) p (purpose)
	ON CONFLICT DO NOTHING;
END
$$;
GRANT EXECUTE ON FUNCTION talent.status_reserve TO talent_worker, talent_clerk;
-- token_create(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid, _role
--   text, _organisation uuid, _districts text[], _label text, _hash bytea, _expires_at
--   timestamptz)
-- args: 11
-- Adds a credential. Roles: institution, company, administrator, auditor, employer. The first
-- two and employer need an organisation; _districts ({} = all) only limits administrators, and
-- null is refused: a limit that got lost must not read as none.
-- Result: outcome · token uuid
--   created · replayed · organisation_unknown · role_unsuitable (organisation is of another
--   kind, or missing, or not allowed) · district_unknown · hash_taken · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.token_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _role text, _organisation uuid, _districts text[], _label text,
	_hash bytea, _expires_at timestamptz,
	OUT outcome text, OUT token uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, token
	FROM _idempotency(_actor, 'token_create', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	outcome := _credential_refusal(_role, _organisation, _districts);
	IF outcome IS NULL THEN
		INSERT INTO token (id, role, organisation, districts, label, hash, expires_at)
		VALUES (_id, _role, _organisation, _districts, _label, _hash, _expires_at)
		ON CONFLICT (hash) DO NOTHING;
		IF FOUND THEN
			outcome := 'created';
		ELSIF EXISTS (SELECT FROM token t WHERE t.id = _id AND t.hash = _hash) THEN
			outcome := 'replayed';	-- this very call, its COMMIT was not heard
			token := _id;
		ELSE
			outcome := 'hash_taken';
		END IF;
	END IF;
	IF outcome = 'created' THEN
		token := _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'token_create', _id,
		    jsonb_build_object('role', _role, 'organisation', _organisation));
	END IF;
	PERFORM _idempotency_end(_actor, 'token_create', _idem_key,
	    CASE WHEN outcome IN ('created', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.token_create TO talent_worker;
-- token_revoke(_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _id uuid)
-- args: 5
-- Revokes a token at once.
-- Result: outcome · token uuid
--   revoked · replayed · not_found · idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.token_revoke(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid,
	OUT outcome text, OUT token uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, token
	FROM _idempotency(_actor, 'token_revoke', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	UPDATE token t SET revoked_at = now() WHERE t.id = _id AND t.revoked_at IS NULL;
	IF FOUND THEN
		outcome := 'revoked';
		INSERT INTO audit (actor, request, action, object)
		VALUES (_actor, _request, 'token_revoke', _id);
	ELSIF EXISTS (SELECT FROM token t WHERE t.id = _id) THEN
		outcome := 'replayed';
	ELSE
		outcome := 'not_found';
	END IF;
	token := CASE WHEN outcome <> 'not_found' THEN _id END;
	PERFORM _idempotency_end(_actor, 'token_revoke', _idem_key,
	    CASE WHEN outcome IN ('revoked', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.token_revoke TO talent_worker;
