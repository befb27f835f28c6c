-- Gives a pass of an exam its number and the day that was printed with it, or says why not. The caller holds the
-- exam's guard. outcome: numbered, replayed (it has that number by such a list), not_found (nobody with this document has a result in this exam),
-- person_name_differs, no_pass, assessment_annulled, number_not_awaited (it has another number, or has its certificates),
-- number_taken. A pass that is withheld because its number was taken gets another one so.
CREATE OR REPLACE FUNCTION talent._number_one(_actor uuid, _request text, _f talent.exam_facts, _g talent.given_number,
	OUT outcome text, OUT assessment uuid, OUT publish_on date)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_who uuid;
	_a assessment;
	_constraint text;
BEGIN
	SELECT p.id INTO _who FROM person p WHERE p.id = _person_of((_g.person).id_hash, (_g.person).name) FOR NO KEY UPDATE;
	SELECT * INTO _a FROM assessment a WHERE a.exam = _f.id AND a.person = _who AND a.state <> 'superseded';
	assessment := _a.id;
	publish_on := _a.publish_on;
	outcome := CASE
	    WHEN _a.id IS NULL THEN 'not_found'
	    WHEN NOT _name_agrees(_who, _g.person) THEN 'person_name_differs'
	    WHEN _a.state = 'annulled' THEN 'assessment_annulled'
	    WHEN _a.outcome <> 'pass' THEN 'no_pass'
	    WHEN _a.awaited_number AND (_a.supplied_number, _a.printed_on) = (_g.number, _g.printed_on) THEN 'replayed'
	    WHEN (SELECT l.becomes FROM _life('assessment', _a.state, 'number') l) IS NULL
	        OR (_a.state = 'withheld' AND NOT (_a.awaited_number AND EXISTS (SELECT FROM withheld_pass w
	            WHERE w.assessment = _a.id AND w.reason = 'number_taken'))) THEN 'number_not_awaited'
	    WHEN _number_taken(_g.number, _f.body, _a.id, _f.site) THEN 'number_taken' END;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	UPDATE assessment a SET state = 'awaiting_publication', supplied_number = _g.number, printed_on = _g.printed_on
	WHERE a.id = _a.id;
	DELETE FROM withheld_pass w WHERE w.assessment = _a.id;
	INSERT INTO audit (actor, request, action, object, detail)
	VALUES (_actor, _request, 'assessment_number', _a.id,
	    jsonb_build_object('number', _g.number, 'printed_on', _g.printed_on));
	outcome := 'numbered';

	-- Somebody was given it meanwhile.
	EXCEPTION WHEN unique_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
		IF _constraint <> 'assessment_supplied_number_key' THEN
			RAISE;
		END IF;
		outcome := 'number_taken';
END
$$;
