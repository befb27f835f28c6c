-- Why a name or a document cannot be corrected as it was signed, or null: each certificate of the result that has not
-- ended needs its new version, and no other one. The caller holds guards and person.
CREATE OR REPLACE FUNCTION talent._identity_refusal(_a talent.assessment, _q talent.correction,
	_c talent.new_certificate[], OUT refusal text, OUT about text)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_live uuid[] := ARRAY(SELECT s.certificate FROM certificate c JOIN certificate_state s ON s.certificate = c.id
	    WHERE c.assessment = _a.id AND s.state IN ('valid', 'suspended') ORDER BY s.certificate);
BEGIN
	PERFORM _guard_share(7104, c.version) FROM unnest(_c) c ORDER BY c.version;
	IF EXISTS (SELECT FROM person p WHERE p.id_hash = _q.id_hash AND p.id <> _a.person) THEN
		refusal := 'document_known';
	ELSIF _live <> ARRAY(SELECT c.certificate FROM unnest(_c) c ORDER BY c.certificate)
	    OR EXISTS (SELECT FROM unnest(_c) c JOIN certificate d ON d.id = c.certificate
	        WHERE _version_terms(d.issuer, c)) THEN
		refusal := 'standing';
		about := 'terms_changed';
	END IF;
END
$$;

-- Puts the right name or document in the place of the wrong one: what a person is called, or is known by, and on the
-- certificates of the result that says so. The caller holds the locks, and has superseded the result.
CREATE OR REPLACE FUNCTION talent._result_identity(_actor uuid, _request text, _q talent.correction,
	_a talent.assessment, _rev bigint, _made uuid, _made_at timestamptz, _c talent.new_certificate[]) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	IF _q.kind = 'name' THEN
		INSERT INTO known_name (person, n, basis, name, record, rule, joined, ordered)
		SELECT _a.person, coalesce(max(k.n), 0) + 1, 'result', _q.name, _made, _q.name_rule, _q.name_joined,
		    _q.name_ordered
		FROM known_name k WHERE k.person = _a.person;
	ELSE
		INSERT INTO former_document (id_hash, person, correction)
		SELECT p.id_hash, p.id, _q.id FROM person p WHERE p.id = _a.person
		ON CONFLICT DO NOTHING;
		UPDATE person p SET id_type = _q.id_type, id_country = _q.id_country, id_hash = _q.id_hash,
		    id_cipher = _q.id_cipher, id_key = _q.id_key, id_masked = _q.id_masked, sealed_for = _q.id
		WHERE p.id = _a.person;
	END IF;
	PERFORM FROM certificate_state s WHERE s.certificate IN (SELECT c.certificate FROM unnest(_c) c)
	ORDER BY s.certificate FOR NO KEY UPDATE;
	PERFORM _version_store(_actor, _request, _rev, c.certificate, _made_at, _q.name, 'identity_error', c)
	FROM unnest(_c) c;
END
$$;
