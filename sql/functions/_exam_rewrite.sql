-- Writes what exam_change has decided, unless it has no standing so: then nothing, and outcome is level_not_agreed or
-- standing, other as exam_load.standing. Otherwise changed.
CREATE OR REPLACE FUNCTION talent._exam_rewrite(_was talent.exam, _is talent.exam, _late_reason text,
	OUT outcome text, OUT other text)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_constraint text;
BEGIN
	UPDATE exam e SET held_on = _is.held_on, site = _is.site, session = _is.session, work_type = _is.work_type,
	    level = _is.level, standard = _is.standard, eligibility = _is.eligibility, publicity_days = _is.publicity_days,
	    candidate_group = _is.candidate_group, roster_required = _is.roster_required,
	    late_reason = CASE WHEN least(_was.held_on, _is.held_on) < _today() THEN _late_reason END
	WHERE e.id = _was.id;
	outcome := 'changed';
	EXCEPTION WHEN check_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME, other = PG_EXCEPTION_DETAIL;
		IF _constraint <> 'exam_standing' THEN
			RAISE;
		END IF;
		outcome := CASE WHEN other = 'agreement_not_in_force' AND EXISTS (SELECT FROM agreement g
		    WHERE g.body = _was.body AND g.company = _was.partner AND g.state = 'approved' AND g.suspended_at IS NULL
		    AND _is.held_on BETWEEN g.valid_from AND coalesce(g.valid_to, 'infinity')
		    AND _today() BETWEEN g.valid_from AND coalesce(g.valid_to, 'infinity'))
		    THEN 'level_not_agreed' ELSE 'standing' END;
		other := CASE WHEN outcome = 'standing' THEN other END;
END
$$;
