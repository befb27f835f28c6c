-- Stores one result of assessment_submit, or says why not. The caller holds the guards of the exam and
-- abandons what was signed and is not stored.
CREATE OR REPLACE FUNCTION talent._result_store(_actor uuid, _request text, _f talent.exam_facts,
	_issued_at timestamptz, _r talent.new_result,
	OUT outcome text, OUT assessment uuid, OUT other text, OUT journal text)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_p new_person := _r.person;
	_c new_certificate[] := _r.certificates;
	_minted text := CASE WHEN _r.supplied_number IS NULL THEN (_c[1]).number END;
	_now boolean := _r.outcome = 'pass' AND _r.publish_on IS NULL; -- published now
	_later boolean := _r.outcome = 'pass' AND _f.numbers = 'later' AND _r.supplied_number IS NULL;
	_who uuid;
	_all uuid[];
	_had assessment;
	_wait int;
	_e record;
	_constraint text;
BEGIN
	-- The column would round: 59.995 would pass. 78.50 is 78.5.
	IF greatest(scale(trim_scale(_r.theory)), scale(trim_scale(_r.skill)), scale(trim_scale(_r.review))) > 2 THEN
		RAISE EXCEPTION 'a score has more than two decimals'
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = 'assessment', CONSTRAINT = 'assessment_score_exact';
	END IF;
	-- A block of its own: what a lost race leaves half-written is undone, and answered.
	LOOP
		SELECT p.id INTO _who FROM person p WHERE p.id = _person_of(_p.id_hash, _p.name) FOR NO KEY UPDATE;
		IF FOUND THEN
			IF NOT _name_agrees(_who, _p) THEN
				outcome := 'person_name_differs';
				RETURN;
			END IF;
			_all := _persons_held(_who);
			SELECT * INTO _had FROM assessment a WHERE a.exam = _f.id AND a.person = ANY (_all)
			AND a.state <> 'superseded' ORDER BY a.person = _who DESC LIMIT 1;
			IF FOUND THEN
				assessment := _had.id;
				outcome := CASE
				    WHEN _had.state = 'annulled' THEN 'assessment_annulled'
				    WHEN (_had.attendance, _had.theory, _had.skill, _had.review)
				        IS NOT DISTINCT FROM (_r.attendance, _r.theory, _r.skill, _r.review)
				        AND (_had.supplied_number IS NOT DISTINCT FROM _r.supplied_number
				        OR _had.awaited_number AND _r.supplied_number IS NULL) THEN 'replayed'
				    ELSE 'already_assessed' END;
				IF outcome = 'replayed' THEN
					journal := _journal_stored(_had.id, NULL);
				END IF;
				RETURN;
			END IF;
		END IF;

		IF _f.held_on > _today() THEN
			outcome := 'exam_not_held';
			other := _f.held_on;
			RETURN;
		END IF;
		IF _f.standing <> 'ok' THEN
			outcome := 'standing';
			other := _f.standing;
			RETURN;
		END IF;
		IF _f.roster_required THEN
			PERFORM FROM exam_candidate c WHERE c.exam = _f.id AND c.person = _who AND c.state = 'listed';
			IF NOT FOUND THEN
				outcome := 'not_on_roster';
				RETURN;
			END IF;
		END IF;
		SELECT * INTO _e FROM _eligibility(_f.id, _who, _p.born, _r.declared::jsonb);
		IF _e.refused <> '{}' THEN
			outcome := 'not_eligible';
			other := array_to_string(_e.refused, ',');
			RETURN;
		END IF;
		IF (_e.sitting, _e.advancement, array_to_string(_e.warned, ','))
		    IS DISTINCT FROM (_r.sitting, _r.advancement, _r.warned) AND _r.sitting IS NOT NULL THEN
			outcome := 'standing';
			other := 'terms_changed';
			RETURN;
		END IF;
		IF _r.outcome = 'pass' THEN
			_wait := greatest(_f.publicity_days, _f.window_days);
			IF _r.publish_on IS DISTINCT FROM
			    (CASE WHEN _wait > 0 THEN _today() + _wait + 1 WHEN _later THEN _today() END) THEN
				outcome := 'standing';
				other := 'terms_changed';
				RETURN;
			END IF;
			IF _who IS NOT NULL THEN
				other := _live_grade(_who, _f.occupation, _f.work_type, _f.level);
				IF other IS NOT NULL THEN
					outcome := 'already_certified';
					RETURN;
				END IF;
			END IF;
			outcome := CASE
			    WHEN _r.supplied_number IS NULL AND _f.numbers = 'supplied' THEN 'number_needed'
			    WHEN _r.supplied_number IS NOT NULL AND _f.numbers = 'minted'
			        AND NOT _number_adopted(_r.supplied_number) THEN 'number_minted_here' END;
			IF outcome IS NOT NULL THEN
				RETURN;
			END IF;
			IF _r.supplied_number IS NOT NULL
			    AND _number_taken(_r.supplied_number, _f.body, NULL, _f.site) THEN
				outcome := 'number_taken';
				other := _r.supplied_number;
				RETURN;
			END IF;
		END IF;
		IF _now THEN
			other := _pair_terms(_f, _r.supplied_number, _c);
			IF other IS NOT NULL THEN
				outcome := 'standing';
				RETURN;
			END IF;
			-- A minted number may be promised to a result that waits for its publication.
			IF _minted IS NOT NULL AND EXISTS (
			    SELECT FROM assessment a WHERE a.supplied_number = _minted
			    AND a.outcome = 'pass' AND a.state NOT IN ('annulled', 'superseded')) THEN
				outcome := 'number_taken';
				other := _minted;
				RETURN;
			END IF;
		END IF;

		EXIT WHEN _who IS NOT NULL;
		IF _person_add(_p) THEN
			_who := _p.id;
			EXIT;
		END IF;
		-- Somebody recorded this person meanwhile: judge again.
	END LOOP;

	INSERT INTO assessment (id, exam, person, name, attendance, theory, skill, review,
	    supplied_number, outcome, failed_parts, state, publish_on, window_to, awaited_number, born,
	    sitting, advancement, warned, declared)
	VALUES (_r.assessment, _f.id, _who, _p.name, _r.attendance, _r.theory, _r.skill, _r.review,
	    _r.supplied_number, _r.outcome, _r.failed_parts,
	    CASE WHEN _r.publish_on IS NULL THEN 'published' WHEN _later THEN 'awaiting_number'
	    ELSE 'awaiting_publication' END,
	    _r.publish_on, CASE WHEN _r.publish_on IS NOT NULL AND _f.window_days > 0 THEN _today() + _f.window_days END,
	    _later, _p.born, _e.sitting, _e.advancement, nullif(_e.warned, '{}'), _r.declared::jsonb);
	PERFORM _name_add(_who, _p, 'result', _r.assessment);
	IF _now THEN
		PERFORM _pair_store(_f, _r.assessment, _who, _p.name, _issued_at, _c);
		journal := _journal_pair(_f, _c);
	END IF;
	PERFORM _count_result(_r.assessment, 1);
	IF _now THEN
		PERFORM _recount_person(_who);
	END IF;
	INSERT INTO audit (actor, request, action, object)
	VALUES (_actor, _request, 'assessment_submit', _r.assessment);
	outcome := 'stored';
	assessment := _r.assessment;

	EXCEPTION WHEN unique_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
		IF _constraint NOT IN ('certificate_number_key', 'assessment_supplied_number_key') THEN
			RAISE;
		END IF;
		assessment := NULL;
		journal := NULL;
		outcome := 'number_taken';
		SELECT coalesce(min(c.number), _r.supplied_number, _minted) INTO other
		FROM certificate c WHERE c.number IN (SELECT n.number FROM unnest(_c) n);
END
$$;
