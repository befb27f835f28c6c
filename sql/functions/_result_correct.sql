-- Why a result that was none cannot become a pass, or null. Certificates are needed unless it waits for its publication.
-- The caller holds guards and person.
CREATE OR REPLACE FUNCTION talent._correction_refusal(_f talent.exam_facts, _a talent.assessment,
	_q talent.correction, _c talent.new_certificate[], OUT refusal text, OUT about text)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_minted text := CASE WHEN _q.supplied_number IS NULL THEN (_c[1]).number END;
	_later boolean := _q.supplied_number IS NULL AND _f.numbers = 'later';
BEGIN
	IF _f.standing NOT IN ('ok', 'exam_closed') THEN
		refusal := 'standing';
		about := _f.standing;
		RETURN;
	END IF;
	about := _live_grade(_a.person, _f.occupation, _f.work_type, _f.level);
	IF about IS NOT NULL THEN
		refusal := 'already_certified';
		RETURN;
	END IF;
	IF _q.supplied_number IS NOT NULL AND _number_taken(_q.supplied_number, _f.body, NULL, _f.site) THEN
		refusal := 'number_taken';
		about := _q.supplied_number;
	ELSIF greatest(_f.publicity_days, _f.window_days) > 0 OR _later THEN
		IF cardinality(_c) > 0 THEN
			refusal := 'standing';
			about := 'terms_changed';
		END IF;
	ELSIF _pair_terms(_f, _q.supplied_number, _c) IS NOT NULL THEN
		refusal := 'standing';
		about := 'terms_changed';
	ELSIF _minted IS NOT NULL AND EXISTS (SELECT FROM assessment a WHERE a.supplied_number = _minted
	    AND a.outcome = 'pass' AND a.state NOT IN ('annulled', 'superseded')) THEN
		refusal := 'number_taken';	-- promised to another that waits
		about := _minted;
	END IF;
END
$$;

-- What the journal says of a correction that took certificates away: the same as of an annulment.
CREATE OR REPLACE FUNCTION talent._correction_journal(_q talent.correction) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN (SELECT _journal_annulled(a.id) FROM assessment a
	    WHERE a.id = _q.assessment AND a.outcome = 'pass' AND _q.outcome <> 'pass');
END
$$;

-- Puts the corrected result in the place of the wrong one. The caller holds the locks and has found that it may be.
-- Result: what the journal says.
CREATE OR REPLACE FUNCTION talent._result_correct(_actor uuid, _request text, _q talent.correction, _a talent.assessment,
	_f talent.exam_facts, _rev bigint, _made uuid, _issued_at timestamptz, _c talent.new_certificate[]) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_identity boolean := _q.kind IN ('name', 'id_document');
	_was_pass boolean := _a.outcome = 'pass';
	_passes boolean := _q.outcome = 'pass';
	_wait int := greatest(_f.publicity_days, _f.window_days);
	_later boolean := _passes AND NOT _was_pass AND _q.supplied_number IS NULL AND _f.numbers = 'later';
	_publish_on date := CASE WHEN NOT _passes THEN NULL WHEN _was_pass THEN _a.publish_on
	    WHEN _wait > 0 THEN _today() + _wait + 1 WHEN _later THEN _today() END;
	_waits boolean := _passes AND CASE WHEN _was_pass THEN _a.state <> 'published' ELSE _wait > 0 OR _later END;
BEGIN
	PERFORM _count_result(_a.id, -1);
	UPDATE assessment a SET state = 'superseded', superseded_on = _today() WHERE a.id = _a.id;
	DELETE FROM withheld_pass w WHERE w.assessment = _a.id;
	INSERT INTO assessment (id, exam, person, name, attendance, theory, skill, review, supplied_number, outcome,
	    failed_parts, state, publish_on, promised_on, window_to, awaited_number, printed_on, supersedes,
	    sitting, advancement, warned, declared)
	VALUES (_made, _a.exam, _a.person, coalesce(_q.name, _a.name),
	    CASE WHEN _identity THEN _a.attendance ELSE 'present' END, _q.theory, _q.skill, _q.review,
	    CASE WHEN _passes AND _was_pass THEN _a.supplied_number ELSE _q.supplied_number END, _q.outcome,
	    _q.failed_parts, CASE WHEN NOT _waits THEN 'published'
	        WHEN _later OR _passes AND _a.state = 'awaiting_number' THEN 'awaiting_number'
	        ELSE 'awaiting_publication' END, _publish_on,
	    CASE WHEN _passes AND _was_pass THEN _a.promised_on END,
	    CASE WHEN NOT _passes THEN NULL WHEN _was_pass THEN _a.window_to
	        WHEN _wait > 0 AND _f.window_days > 0 THEN _today() + _f.window_days END,
	    _later OR _passes AND _a.awaited_number, CASE WHEN _passes AND _was_pass THEN _a.printed_on END, _a.id,
	    _a.sitting, _a.advancement, _a.warned, _a.declared);
	IF _was_pass AND _passes THEN
		INSERT INTO company_decision (assessment, decision, reason, note, decided_at)
		SELECT _made, d.decision, d.reason, d.note, d.decided_at FROM company_decision d WHERE d.assessment = _a.id;
		UPDATE certificate c SET assessment = _made WHERE c.assessment = _a.id;
	ELSIF _was_pass THEN
		PERFORM _certificates_void(_actor, _request, _a.id, _rev, 'issued_in_error', NULL);
	ELSIF _passes AND NOT _waits THEN
		PERFORM _pair_store(_f, _made, _a.person, _a.name, _issued_at, _c);
	END IF;
	IF _identity THEN
		PERFORM _result_identity(_actor, _request, _q, _a, _rev, _made, _issued_at, _c);
	END IF;
	PERFORM _count_result(_made, 1);
	PERFORM _recount_person(_a.person);
	INSERT INTO audit (actor, request, action, object, detail)
	VALUES (_actor, _request, 'assessment_correct', _made, jsonb_build_object('correction', _q.id,
	    'supersedes', _a.id)), (_actor, _request, 'assessment_supersede', _a.id, jsonb_build_object('correction', _q.id,
	    'superseded_by', _made));
	RETURN nullif(concat_ws(E'\n', _correction_journal(_q),
	    CASE WHEN cardinality(_c) > 0 THEN _journal_stored(_made, NULL) END), '');
END
$$;
