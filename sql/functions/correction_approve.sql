-- Approves what a body has asked for: another result (_made) takes the place of the one that was wrong, all in one
-- transaction. A pass that is none any more loses its certificates, as if it were annulled; what becomes a pass is
-- published with the certificates that were signed for it, or waits for its publication; certificates of what stays a
-- pass follow to the new result; those of whose name or document was wrong get a new version, which is handed over as a
-- certificate is, with the id of the one that is there. No certificates: nothing was signed, because none is needed or
-- what was loaded stands in the way.
--
-- @json _certificates new_certificate[]
-- @null _note
-- @outcome approved
-- @outcome replayed                it was approved; made = the result that came of it
-- @outcome correction_state        state, allowed
-- @outcome decider_of_body         whoever decides is of the body that asked
-- @outcome assessment_annulled     the result was annulled meanwhile
-- @outcome already_certified       other = the certificate that the person has by now
-- @outcome document_known          another person is known with that document: perhaps they are one
-- @outcome number_taken            other = the number; mint another, or refuse a supplied one
-- @outcome standing                other = exam_load.standing, or terms_changed: load again and sign
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.correction_approve(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _note text, _made uuid, _issued_at timestamptz, _certificates json,
	OUT outcome text, OUT made uuid, OUT state text, OUT allowed text, OUT other text, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_c new_certificate[] := ARRAY(
	    SELECT c FROM json_populate_recordset(NULL::new_certificate, _certificates) c);
	_q correction;
	_a assessment;
	_f exam_facts;
	_rev bigint;
	_becomes text;
	_constraint text;
BEGIN
	SELECT i.seen INTO outcome
	FROM _idempotency(_actor, 'correction_approve', _idem_key, _idem_print, _id) i;
	IF outcome = 'idempotency_key_reused' THEN
		PERFORM _abandon(_request, outcome, _c);
		RETURN;
	END IF;
	<<work>>
	BEGIN
	_rev := _tick();
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(least(e.body, e.partner))),
	    pg_advisory_xact_lock_shared(7101, uuid_hash(greatest(e.body, e.partner)))
	FROM exam e WHERE e.id = (SELECT q.exam FROM correction q WHERE q.id = _id);
	PERFORM FROM person p WHERE p.id = (SELECT a.person FROM assessment a
	    WHERE a.id = (SELECT q.assessment FROM correction q WHERE q.id = _id))
	FOR NO KEY UPDATE;
	SELECT * INTO _q FROM correction q WHERE q.id = _id FOR NO KEY UPDATE;
	SELECT * INTO _a FROM assessment a WHERE a.id = _q.assessment;
	SELECT * INTO _f FROM exam_facts f WHERE f.id = _q.exam;
	state := _q.state;
	SELECT l.becomes, l.allowed INTO _becomes, allowed FROM _life('correction', _q.state, 'approve') l;
	outcome := CASE
	    WHEN _q.id IS NULL THEN 'not_found'
	    WHEN _q.state = 'approved' THEN 'replayed'
	    WHEN _becomes IS NULL THEN 'correction_state'
	    WHEN (_staff_of(_actor)).organisation = _q.body THEN 'decider_of_body'
	    WHEN _a.state = 'annulled' THEN 'assessment_annulled' END;
	IF outcome IS NULL AND _q.kind IN ('name', 'id_document') THEN
		SELECT r.refusal, r.about INTO outcome, other FROM _identity_refusal(_a, _q, _c) r;
	ELSIF outcome IS NULL AND _q.outcome = 'pass' AND _a.outcome <> 'pass' THEN
		SELECT r.refusal, r.about INTO outcome, other FROM _correction_refusal(_f, _a, _q, _c) r;
	END IF;
	IF outcome IS NOT NULL THEN
		EXIT work;
	END IF;
	made := _made;
	journal := _result_correct(_actor, _request, _q, _a, _f, _rev, _made, _issued_at, _c);
	UPDATE correction q SET state = _becomes, made = _made, decision_note = _note, decided_by = _actor,
	    decided_at = now(), id_cipher = NULL
	WHERE q.id = _id;
	INSERT INTO audit (actor, request, action, object, detail)
	VALUES (_actor, _request, 'correction_approve', _id, jsonb_build_object('assessment', _a.id, 'made', _made,
	    'kind', _q.kind, 'note', _note));
	state := _becomes;
	outcome := 'approved';

	EXCEPTION WHEN unique_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
		IF _constraint NOT IN ('certificate_number_key', 'assessment_supplied_number_key', 'person_id_hash_key') THEN
			RAISE;
		END IF;
		outcome := CASE _constraint WHEN 'person_id_hash_key' THEN 'document_known' ELSE 'number_taken' END;
		made := NULL;
		journal := NULL;
		SELECT coalesce(min(c.number), _q.supplied_number) INTO other
		FROM certificate c WHERE c.number IN (SELECT n.number FROM unnest(_c) n);
	END;
	IF outcome <> 'approved' THEN
		PERFORM _abandon(_request, CASE outcome WHEN 'standing' THEN other ELSE outcome END, _c);
	END IF;
	IF outcome = 'replayed' THEN
		made := _q.made;
		journal := concat_ws(E'\n', _correction_journal(_q), _journal_stored(made, NULL));
	END IF;
	PERFORM _idempotency_end(_actor, 'correction_approve', _idem_key,
	    CASE WHEN outcome IN ('approved', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.correction_approve TO talent_worker;
