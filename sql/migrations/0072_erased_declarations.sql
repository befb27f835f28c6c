-- What a body has declared of a candidate, with its basis in words, goes with him; and a correction whose evidence is "*"
-- only looks as if it had gone already.
GRANT UPDATE (declared) ON talent.assessment TO talent_eraser;

CREATE OR REPLACE FUNCTION talent._gone(_table text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _table
	    WHEN 'person' THEN jsonb_build_object('name', '*', 'id_masked', '*', 'id_country', NULL, 'id_key', 0,
	        'id_cipher', '\x' || repeat('00', 29), 'sealed_for', NULL)
	    WHEN 'enrolment' THEN '{"name": "*"}'
	    WHEN 'exam_candidate' THEN '{"name": "*", "employer": null}'
	    WHEN 'assessment' THEN '{"name": "*", "declared": null}'
	    WHEN 'company_decision' THEN '{"note": null}'
	    WHEN 'recheck' THEN '{"note": null, "answer_note": null}'
	    WHEN 'correction' THEN '{"evidence": "*", "note": null, "decision_note": null, "name": null, "name_rule": null,
	        "name_joined": null, "name_ordered": null, "id_country": null, "id_hash": null, "id_cipher": null,
	        "id_masked": null, "was_id_masked": null}'
	    WHEN 'certificate_version' THEN '{"holder": "*"}'
	    WHEN 'certificate_document' THEN jsonb_build_object('document', '{"proof":{"proofValue":"z"}}')
	    WHEN 'certificate_jwt' THEN jsonb_build_object('jwt', 'e30.e30.' || repeat('A', 86))
	    WHEN 'certificate_event' THEN '{"note": null}'
	    WHEN 'abandoned_signature' THEN jsonb_build_object('document', 'e30.e30.' || repeat('A', 86))
	    WHEN 'adoption' THEN '{"holder": "*"}' END
$$;
GRANT CREATE ON SCHEMA talent TO talent_eraser;
SET LOCAL ROLE talent_eraser;
-- As in 0070, and what is said above.
CREATE OR REPLACE FUNCTION talent._person_forget(_person uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
DECLARE
	_certificates uuid[] := ARRAY(SELECT s.certificate FROM certificate_state s WHERE s.person = _person);
	_versions uuid[] := ARRAY(SELECT v.id FROM certificate_version v WHERE v.certificate = ANY (_certificates));
	_results uuid[] := ARRAY(SELECT a.id FROM assessment a WHERE a.person = _person);
	_names text[] := ARRAY(SELECT k.name FROM known_name k WHERE k.person = _person AND k.name IS NOT NULL
	    UNION SELECT c.name FROM correction c WHERE c.assessment = ANY (_results) AND c.name IS NOT NULL);
BEGIN
	UPDATE person p SET name = '*', id_masked = '*', id_country = NULL, id_key = 0,
	    id_cipher = decode(repeat('00', 29), 'hex'), sealed_for = NULL, erased_at = now()
	WHERE p.id = _person;
	DELETE FROM known_name k WHERE k.person = _person;
	UPDATE enrolment e SET name = '*' WHERE e.person = _person AND e.name IS DISTINCT FROM '*';
	UPDATE exam_candidate c SET name = '*', employer = NULL WHERE c.person = _person AND c.name <> '*';
	UPDATE assessment a SET name = '*', declared = NULL
	WHERE a.person = _person AND (a.name <> '*' OR a.declared IS NOT NULL);
	UPDATE correction c SET evidence = '*', note = NULL, decision_note = NULL, name = NULL, name_rule = NULL,
	    name_joined = NULL, name_ordered = NULL, id_country = NULL, id_hash = NULL, id_cipher = NULL, id_masked = NULL,
	    was_id_masked = NULL
	WHERE c.assessment = ANY (_results) AND (c.evidence <> '*' OR num_nonnulls(c.note, c.decision_note, c.name, c.id_hash,
	    c.id_cipher, c.id_masked, c.was_id_masked) > 0);
	UPDATE company_decision d SET note = NULL WHERE d.assessment = ANY (_results) AND d.note IS NOT NULL;
	UPDATE recheck r SET note = NULL, answer_note = NULL
	WHERE r.assessment = ANY (_results) AND num_nonnulls(r.note, r.answer_note) > 0;
	UPDATE certificate_version v SET holder = '*' WHERE v.id = ANY (_versions) AND v.holder <> '*';
	UPDATE certificate_document d SET document = '{"proof":{"proofValue":"z"}}'
	WHERE d.version = ANY (_versions) AND d.document <> '{"proof":{"proofValue":"z"}}';
	UPDATE certificate_jwt j SET jwt = 'e30.e30.' || repeat('A', 86)
	WHERE j.version = ANY (_versions) AND j.jwt <> 'e30.e30.' || repeat('A', 86);
	UPDATE abandoned_signature a SET document = 'e30.e30.' || repeat('A', 86)
	WHERE a.version = ANY (_versions) AND a.document <> 'e30.e30.' || repeat('A', 86);
	UPDATE abandoned_signature a SET document = 'e30.e30.' || repeat('A', 86)
	WHERE a.list IS NOT NULL AND substring(a.document FROM '"identityHash":"([^"]*)"') = ANY (_names)
	AND (SELECT true FROM erased_signature e WHERE e.version = a.version AND e.key = a.key);
	UPDATE certificate_event e SET note = NULL
	WHERE e.certificate = ANY (_certificates) AND e.note IS NOT NULL;
	UPDATE adoption a SET holder = '*'
	WHERE a.number = ANY (ARRAY(SELECT c.number FROM certificate c WHERE c.id = ANY (_certificates)))
	AND a.holder <> '*';
END
$$;
SET LOCAL ROLE talent_owner;
REVOKE CREATE ON SCHEMA talent FROM talent_eraser;
