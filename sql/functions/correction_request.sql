-- Asks that a result be corrected: a score, an absence that was recorded by mistake, a name or an ID document, whose
-- number is sealed for the correction. Nothing changes before an administrator approves it.
--
-- @json _correction new_correction
-- @outcome requested
-- @outcome replayed                the same was asked for and waits; id = that one
-- @outcome correction_open         something else was asked for, which waits; other = its id
-- @outcome assessment_annulled
-- @outcome assessment_superseded   it has been corrected; other = the result in force
-- @outcome not_absent              an absence is corrected of whoever was absent
-- @outcome was_absent              a score is corrected of whoever was present
-- @outcome nothing_changes         the scores are the recorded ones
-- @outcome document_differs        a name is corrected of whoever has this document
-- @outcome same_name               the name is the recorded one
-- @outcome candidate_name_differs  a document is corrected of whoever has this name
-- @outcome same_document           the document is the recorded one
-- @outcome number_taken            other = the number
-- @outcome number_needed           what becomes a pass brings its number by now: its site gets them so
-- @outcome number_minted_here      it brings none by now
-- @outcome not_found               or its person is erased
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.correction_request(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _correction json,
	OUT outcome text, OUT id uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_n new_correction := json_populate_record(NULL::new_correction, _correction);
	_a assessment;
	_c correction;
	_e exam;
	_p person;
	_numbers text;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, 'correction_request', _idem_key, _idem_print, _n.id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- How the site gets its numbers stays so from here on: site_change takes this alone.
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(e.body)) FROM exam e
	WHERE e.id = (SELECT a.exam FROM assessment a WHERE a.id = _n.assessment);
	SELECT * INTO _p FROM person p
	WHERE p.id = (SELECT a.person FROM assessment a WHERE a.id = _n.assessment) FOR NO KEY UPDATE;
	SELECT * INTO _a FROM assessment a WHERE a.id = _n.assessment;
	SELECT * INTO _e FROM exam e WHERE e.id = _a.exam;
	SELECT f.numbers INTO _numbers FROM exam_facts f WHERE f.id = _a.exam;
	SELECT * INTO _c FROM correction c WHERE c.assessment = _n.assessment AND c.state = 'requested';
	outcome := CASE
	    WHEN _a.id IS NULL OR _a.name = '*' THEN 'not_found'
	    WHEN _a.state = 'annulled' THEN 'assessment_annulled'
	    WHEN _a.state = 'superseded' THEN 'assessment_superseded'
	    WHEN (_c.kind, _c.reason, _c.supplied_number) IS NOT DISTINCT FROM (_n.kind, _n.reason, _n.supplied_number)
	        AND CASE _n.kind WHEN 'name' THEN _c.name = (_n.person).name
	        WHEN 'id_document' THEN _c.id_hash = (_n.person).id_hash
	        ELSE (_c.theory, _c.skill, _c.review) IS NOT DISTINCT FROM (_n.theory, _n.skill, _n.review) END
	        THEN 'replayed'
	    WHEN _c.id IS NOT NULL THEN 'correction_open'
	    WHEN _n.kind = 'absence' AND _a.attendance <> 'absent' THEN 'not_absent'
	    WHEN _n.kind = 'score' AND _a.attendance = 'absent' THEN 'was_absent'
	    WHEN _n.kind = 'score' AND (_a.theory, _a.skill, _a.review) IS NOT DISTINCT FROM (_n.theory, _n.skill, _n.review)
	        THEN 'nothing_changes'
	    WHEN _n.kind = 'name' AND (_n.person).id_hash <> _p.id_hash THEN 'document_differs'
	    WHEN _n.kind = 'name' AND (_n.person).name = _a.name THEN 'same_name'
	    WHEN _n.kind = 'id_document' AND (_n.person).name <> _a.name THEN 'candidate_name_differs'
	    WHEN _n.kind = 'id_document' AND (_n.person).id_hash = _p.id_hash THEN 'same_document'
	    WHEN _n.outcome = 'pass' AND _a.outcome <> 'pass' AND _n.supplied_number IS NULL AND _numbers = 'supplied'
	        THEN 'number_needed'
	    WHEN _n.supplied_number IS NOT NULL AND _numbers = 'minted' AND NOT _number_adopted(_n.supplied_number)
	        THEN 'number_minted_here'
	    WHEN _n.supplied_number IS NOT NULL AND _number_taken(_n.supplied_number, _e.body, NULL, _e.site)
	        THEN 'number_taken'
	    ELSE 'requested' END;
	id := CASE outcome WHEN 'replayed' THEN _c.id WHEN 'requested' THEN _n.id END;
	other := CASE outcome WHEN 'correction_open' THEN _c.id::text WHEN 'number_taken' THEN _n.supplied_number
	    WHEN 'assessment_superseded' THEN (SELECT i.id FROM _result_in_force(_a.exam, _a.person) i)::text END;
	IF outcome = 'requested' THEN
		IF _n.kind IN ('name', 'id_document') THEN
			_n.theory := _a.theory;
			_n.skill := _a.skill;
			_n.review := _a.review;
			_n.outcome := _a.outcome;
			_n.failed_parts := _a.failed_parts;
		END IF;
		INSERT INTO correction (id, assessment, exam, body, kind, theory, skill, review, outcome, failed_parts,
		    supplied_number, reason, evidence, note, requested_by, name, name_rule, name_joined, name_ordered, id_type,
		    id_country, id_hash, id_cipher, id_key, id_masked, was_id_type, was_id_masked)
		SELECT _n.id, _a.id, _e.id, _e.body, _n.kind, _n.theory, _n.skill, _n.review, _n.outcome, _n.failed_parts,
		    _n.supplied_number, _n.reason, _n.evidence, _n.note, _actor, n.name, n.name_rule, n.name_joined,
		    n.name_ordered, d.id_type, d.id_country, d.id_hash, d.id_cipher, d.id_key, d.id_masked,
		    CASE WHEN d.id IS NOT NULL THEN _p.id_type END, CASE WHEN d.id IS NOT NULL THEN _p.id_masked END
		FROM (SELECT) one
		LEFT JOIN (SELECT (_n.person).*) n ON _n.kind = 'name'
		LEFT JOIN (SELECT (_n.person).*) d ON _n.kind = 'id_document';
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'correction_request', _n.id, jsonb_build_object('assessment', _a.id,
		    'kind', _n.kind, 'reason', _n.reason));
	END IF;
	PERFORM _idempotency_end(_actor, 'correction_request', _idem_key,
	    CASE WHEN outcome IN ('requested', 'replayed') THEN id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.correction_request TO talent_worker;
