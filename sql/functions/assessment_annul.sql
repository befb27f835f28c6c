-- Annuls a result: its certificates become void, its counts are taken back, for good.
--
-- @null _note
-- @outcome annulled
-- @outcome replayed                was annulled; same columns
-- @outcome other_reason            was annulled for another reason; reason = the recorded one
-- @outcome assessment_superseded   it has been corrected; assessment = the result in force
-- @outcome not_found
-- @outcome idempotency_key_reused
-- @col numbers text                comma separated
CREATE OR REPLACE FUNCTION talent.assessment_annul(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_assessment uuid, _reason text, _note text,
	OUT outcome text, OUT assessment uuid, OUT annulled_on date, OUT numbers text,
	OUT journal text, OUT reason text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_person uuid;
	_a assessment;
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

	IF _a.state = 'superseded' AND NOT _seen THEN
		outcome := 'assessment_superseded';
		SELECT i.id INTO assessment FROM _result_in_force(_a.exam, _a.person) i;
		PERFORM _idempotency_end(_actor, 'assessment_annul', _idem_key, NULL);
		RETURN;
	END IF;
	IF _a.state <> 'annulled' AND NOT _seen THEN
		UPDATE assessment a SET state = 'annulled', annulled_on = _today()
		WHERE a.id = _assessment;
		DELETE FROM withheld_pass w WHERE w.assessment = _assessment;
		PERFORM _certificates_void(_actor, _request, _assessment, _rev, _reason, _note);
		PERFORM _name_release(_person);
		PERFORM _count_result(_assessment, -1);
		PERFORM _recount_person(_person);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'assessment_annul', _assessment,
		    jsonb_build_object('reason', _reason, 'note', _note));
		outcome := 'annulled';
	ELSE
		outcome := 'replayed';
	END IF;
	IF outcome = 'replayed' AND NOT _seen THEN
		SELECT u.detail ->> 'reason' INTO reason FROM audit u
		WHERE u.object = _assessment AND u.action = 'assessment_annul' ORDER BY u.id LIMIT 1;
		IF reason <> _reason THEN
			outcome := 'other_reason';
			PERFORM _idempotency_end(_actor, 'assessment_annul', _idem_key, NULL);
		END IF;
	END IF;

	assessment := _assessment;
	SELECT a.annulled_on INTO annulled_on FROM assessment a WHERE a.id = _assessment;
	SELECT string_agg(c.number, ',' ORDER BY c.kind DESC) INTO numbers
	FROM certificate c WHERE c.assessment = _assessment;
	IF outcome = 'other_reason' THEN
		RETURN;
	END IF;
	journal := _journal_annulled(_assessment);
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_annul TO talent_worker;
