-- Erases a person again whom the journal says was erased, with the hashes that stand there beside it. One whom this
-- database does not have is only written down.
CREATE OR REPLACE FUNCTION talent._recover_erasure(_id uuid, _person uuid) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_p person;
	_rev bigint := _tick();
BEGIN
	SELECT * INTO _p FROM person p WHERE p.id = _person FOR NO KEY UPDATE;
	INSERT INTO audit (request, action, object, detail)
	VALUES ('recover', 'erasure_approve', _person, jsonb_build_object('id', _id, 'purpose', 'recovered'));
	IF _p.id IS NOT NULL AND _p.erased_at IS NULL THEN
		PERFORM assessment_annul(NULL, 'recover', NULL, NULL, w.id, 'recovered', NULL)
		FROM unnest(ARRAY(SELECT a.id FROM assessment a
		    WHERE a.person = _person AND a.state IN ('awaiting_publication', 'awaiting_number', 'withheld'))) w (id);
		_rev := _tick();
		PERFORM _person_erase(NULL, 'recover', _id, _person, _rev, g.versions, g.keys, g.hashes)
		FROM (SELECT coalesce(array_agg(l.w[2]::uuid), '{}') AS versions, coalesce(array_agg(l.w[3]), '{}') AS keys,
		        coalesce(array_agg(nullif(l.w[4], '-')), '{}') AS hashes
		    FROM recover_line l
		    WHERE l.w[1] = 'gone:' AND (EXISTS (SELECT FROM certificate_version v
		        JOIN certificate_state s ON s.certificate = v.certificate
		        WHERE v.id = l.w[2]::uuid AND s.person = _person)
		        OR EXISTS (SELECT FROM _abandoned_of(_person) a WHERE a.version = l.w[2]::uuid AND a.key = l.w[3]))) g;
	END IF;
	INSERT INTO erasure (id, person, basis, state, decided_at) VALUES (_id, _person, 'other', 'approved', now())
	ON CONFLICT (id) DO UPDATE SET state = 'approved', decided_at = now();
END
$$;
