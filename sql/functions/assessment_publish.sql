-- Publishes a pass whose publicity and window are over: certificates (the skill grade's first), counts,
-- audit. No certificates: nothing was signed, because what was loaded stands in the way.
--
-- @json _certificates new_certificate[]
-- @outcome published
-- @outcome replayed                was published
-- @outcome not_due                 other = publish_on, or the later day on which the exam is held; or it waits for its number
-- @outcome recheck_open            it is being checked again
-- @outcome not_found
-- @outcome withheld                it cannot be published: in a state of its own now; other = why, as
--                                  _publication_refusal
-- @outcome assessment_annulled     or corrected, which another result is
-- @outcome number_taken            the minted one; other = number
-- @outcome standing                other = terms_changed: load again and sign
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.assessment_publish(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_assessment uuid, _issued_at timestamptz, _certificates json,
	OUT outcome text, OUT assessment uuid, OUT other text, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_a assessment;
	_f exam_facts;
	_body uuid;
	_partner uuid;
	_c new_certificate[] := ARRAY(
	    SELECT c FROM json_populate_recordset(NULL::new_certificate, _certificates) c);
	_minted text := (_c[1]).number;
	_constraint text;
BEGIN
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
	_f := _public_alone(_f, _a);

	IF _a.state IN ('annulled', 'superseded') THEN
		outcome := 'assessment_annulled';
	ELSIF _a.state = 'published' THEN
		outcome := 'replayed';
	ELSIF _a.state = 'awaiting_number' OR greatest(_a.publish_on, _f.held_on) > _today() THEN
		outcome := 'not_due';
		other := greatest(_a.publish_on, _f.held_on);
	ELSIF (SELECT r.state FROM recheck r WHERE r.assessment = _assessment) = 'open' THEN
		outcome := 'recheck_open';
	ELSIF _a.state = 'withheld' THEN
		outcome := 'withheld';
		SELECT w.reason INTO other FROM withheld_pass w WHERE w.assessment = _assessment;
	ELSE
		SELECT r.reason, r.certificate_number INTO outcome, other
		FROM _publication_refusal(_f, _a) r;
		IF outcome IS NULL AND cardinality(_c) = 0 THEN
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
	    SELECT FROM assessment a WHERE a.supplied_number = _minted
	    AND a.outcome = 'pass' AND a.state NOT IN ('annulled', 'superseded')) THEN
		outcome := 'number_taken';	-- promised to another that waits
		other := _minted;
		EXIT work;
	END IF;
	UPDATE assessment a SET state = 'published' WHERE a.id = _assessment;
	PERFORM _pair_store(_f, _assessment, _a.person, _a.name, _issued_at, _c, _a.printed_on);
	PERFORM _count_result(_assessment, 1, false);
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
		FROM certificate c WHERE c.number IN (SELECT n.number FROM unnest(_c) n);
	END;
	IF outcome <> 'published' THEN
		PERFORM _abandon(_request, CASE WHEN outcome IN ('standing', 'withheld') THEN other ELSE outcome END, _c);
	END IF;
	IF outcome = 'replayed' THEN
		journal := _journal_stored(_assessment, NULL);
	END IF;
	PERFORM _idempotency_end(_actor, 'assessment_publish', _idem_key,
	    CASE WHEN outcome IN ('published', 'replayed') THEN _assessment END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_publish TO talent_clerk, talent_jobs;
