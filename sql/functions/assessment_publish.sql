-- Publishes a pass whose publicity and window are over: certificates, counts, audit. Null
-- certificates: nothing was signed, because what was loaded stands in the way.
--
-- @outcome published
-- @outcome replayed                was published
-- @outcome not_due                 other = publish_on
-- @outcome not_found
-- @outcome withheld                it cannot be published: in a state of its own now; other = why, as
--                                  _publication_refusal
-- @outcome assessment_annulled
-- @outcome number_taken            the minted one; other = number
-- @outcome standing                other = terms_changed: load again and sign
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.assessment_publish(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_assessment uuid, _issued_at timestamptz,
	_sg_certificate uuid, _sg_version uuid, _sg_number text, _sg_title text, _sg_code bytea,
	_sg_key text, _sg_list int, _sg_index int, _sg_expires date, _sg_document text,
	_co_certificate uuid, _co_version uuid, _co_number text, _co_title text, _co_code bytea,
	_co_key text, _co_list int, _co_index int, _co_expires date, _co_document text,
	OUT outcome text, OUT assessment uuid, OUT other text, OUT journal text)
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
	_c := ARRAY[ROW('skill_grade', _sg_certificate, _sg_version, _sg_number, _sg_title,
	    _sg_code, _sg_key, _sg_list, _sg_index, _sg_expires, _sg_document)::new_certificate];
	IF _co_certificate IS NOT NULL THEN
		_c := _c || ROW('company', _co_certificate, _co_version, _co_number, _co_title,
		    _co_code, _co_key, _co_list, _co_index, _co_expires, _co_document)::new_certificate;
	END IF;

	SELECT i.seen, i.object INTO outcome, assessment
	FROM _idempotency(_actor, 'assessment_publish', _idem_key, _idem_print, _assessment) i;
	IF outcome IS NOT NULL THEN
		PERFORM _abandon(_request, outcome, _c);
		journal := _journal_stored(assessment, NULL);
		RETURN;
	END IF;
	assessment := _assessment;
	<<work>>
	BEGIN
	SELECT e.body, e.partner INTO _body, _partner
	FROM exam e
	WHERE e.id = (SELECT a.exam FROM assessment a WHERE a.id = _assessment);
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
	ELSIF _a.state = 'withheld' THEN
		outcome := 'withheld';
		SELECT w.reason INTO other FROM withheld_pass w WHERE w.assessment = _assessment;
	ELSE
		SELECT r.reason, r.certificate_number INTO outcome, other
		FROM _publication_refusal(_f, _a) r;
		IF outcome IS NULL AND _sg_certificate IS NULL THEN
			outcome := _series_refusal(_f, _a);
		END IF;
		IF outcome IS NOT NULL THEN
			UPDATE assessment a SET state = 'withheld' WHERE a.id = _assessment;
			INSERT INTO withheld_pass (assessment, reason, certificate_number)
			VALUES (_assessment, outcome, other);
			INSERT INTO audit (actor, request, action, object, detail)
			VALUES (_actor, _request, 'assessment_withhold', _assessment,
			    jsonb_build_object('reason', outcome, 'certificate_number', other));
			other := outcome;
			outcome := 'withheld';
		ELSIF _pair_terms(_f, _a.supplied_number, _c) IS NOT NULL THEN
			outcome := 'standing';
			other := 'terms_changed';
		END IF;
	END IF;
	IF outcome IS NOT NULL THEN
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
	journal := _journal_pair(_f, _c);

	EXCEPTION WHEN unique_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
		IF _constraint <> 'certificate_number_key' THEN
			RAISE;
		END IF;
		outcome := 'number_taken';
		journal := NULL;
		SELECT min(c.number) INTO other
		FROM certificate c WHERE c.number IN (_sg_number, _co_number);
	END;
	IF outcome <> 'published' THEN
		PERFORM _abandon(_request, CASE WHEN outcome IN ('standing', 'withheld') THEN other ELSE outcome END, _c);
	END IF;
	IF outcome = 'replayed' THEN
		journal := _journal_stored(_assessment, NULL);
	END IF;
	IF outcome IN ('published', 'replayed', 'withheld', 'assessment_annulled') THEN
		DELETE FROM publication_claim c WHERE c.assessment = _assessment;
	END IF;
	PERFORM _idempotency_end(_actor, 'assessment_publish', _idem_key,
	    CASE WHEN outcome IN ('published', 'replayed') THEN _assessment END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_publish TO talent_clerk;
