-- Stores one result: person, assessment, both certificates with their signed documents,
-- counts and audit, all or nothing; certificates that it refuses are written down as abandoned. _assessment, _person and the certificates' ids are new
-- ids chosen by the caller; _person is used only if nobody has _id_hash yet.
-- _failed_parts is an array literal ({} or {theory,skill}). A pass to be published now has
-- _publish_on null and the _sg_ arguments (and the _co_ ones if the exam has a partner); any
-- other result has them null, and so has a pass for which nothing was signed because what was
-- loaded stands in its way: what is found here is answered, or terms_changed. _publish_on = the
-- day after the longer of publicity and window: both are whole days that follow today.
--
-- @outcome stored                  assessment = _assessment
-- @outcome replayed                the same result was there; assessment = its id
-- @outcome already_assessed        other result for this person in this exam; assessment = its id
-- @outcome assessment_annulled     this person's result in this exam was annulled; assessment = its id
-- @outcome already_certified       a live skill-grade certificate exists; other = its number
-- @outcome person_name_differs     the registry knows this document under another name
-- @outcome number_taken            other = the number; mint another, or refuse a supplied one
-- @outcome standing                other = exam_load.standing, or terms_changed (publicity, window,
--                                  title or a key is not what the caller loaded: load again, retry)
-- @outcome exam_not_found
-- @outcome idempotency_key_reused
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
	OUT outcome text, OUT assessment uuid, OUT other text, OUT journal text)
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
	_c := ARRAY[ROW('skill_grade', _sg_certificate, _sg_version, _sg_number, _sg_title,
	    _sg_code, _sg_key, _sg_list, _sg_index, _sg_expires, _sg_document)::new_certificate];
	IF _co_certificate IS NOT NULL THEN
		_c := _c || ROW('company', _co_certificate, _co_version, _co_number, _co_title,
		    _co_code, _co_key, _co_list, _co_index, _co_expires, _co_document)::new_certificate;
	END IF;

	IF _idem_key IS NOT NULL THEN
		SELECT i.seen, i.object INTO outcome, assessment
		FROM _idempotency(_actor, 'assessment_submit', _idem_key, _idem_print, _assessment) i;
		IF outcome IS NOT NULL THEN
			PERFORM _abandon(_request, outcome, _c);
			journal := _journal_stored(assessment, NULL);
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
		PERFORM _abandon(_request, outcome, _c);
		PERFORM _idempotency_end(_actor, 'assessment_submit', _idem_key, NULL);
		RETURN;
	END IF;
	SELECT * INTO _f FROM exam_facts f WHERE f.id = _exam;

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
				IF outcome = 'replayed' THEN
					journal := _journal_stored(_had.id, NULL);
				END IF;
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
				outcome := 'standing';
				other := 'terms_changed';
				EXIT work;
			END IF;
			IF _who IS NOT NULL THEN
				other := _live_grade(_who, _f.occupation, _f.work_type, _f.level);
				IF other IS NOT NULL THEN
					outcome := 'already_certified';
					EXIT work;
				END IF;
			END IF;
			IF _supplied_number IS NOT NULL
			    AND _number_taken(_supplied_number, _f.body, NULL) THEN
				outcome := 'number_taken';
				other := _supplied_number;
				EXIT work;
			END IF;
			IF _publish_on IS NULL THEN
				other := _pair_terms(_f, _supplied_number, _c);
				IF other IS NOT NULL THEN
					outcome := 'standing';
					EXIT work;
				END IF;
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
		journal := _journal_pair(_f, _c);
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
		journal := NULL;
		outcome := 'number_taken';
		SELECT coalesce(min(c.number), _supplied_number, _sg_number) INTO other
		FROM certificate c WHERE c.number IN (_sg_number, _co_number);
	END;

	IF outcome <> 'stored' THEN
		PERFORM _abandon(_request, CASE outcome WHEN 'standing' THEN other ELSE outcome END, _c);
	END IF;
	IF _idem_key IS NOT NULL THEN
		PERFORM _idempotency_end(_actor, 'assessment_submit', _idem_key,
		    CASE WHEN outcome IN ('stored', 'replayed') THEN assessment END);
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_submit TO talent_worker, talent_clerk;
