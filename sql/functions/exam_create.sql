-- Announces an exam. Its work type is the slug or the Chinese name, its partner the company's slug
-- or null, its session null or one of this or another institution, its standard null or the name of the one that
-- is in force on the day, its site one of the body's or null: the only one that it has, if it has one.
--
-- @json _exam new_exam
-- @outcome created
-- @outcome replayed                other = first when it was this key: answered as the first time
-- @outcome code_taken              exam = the other one
-- @outcome work_type_unknown
-- @outcome level_not_offered
-- @outcome standard_unknown
-- @outcome standard_differs        belongs to another occupation
-- @outcome standard_not_in_force   on the day that the exam is held
-- @outcome no_standard_in_force    of the occupation, on that day
-- @outcome partner_unknown
-- @outcome session_not_found
-- @outcome session_cancelled
-- @outcome site_unknown
-- @outcome site_needed             the body has several
-- @outcome site_ended              before that day
-- @outcome before_session          held before its session begins
-- @outcome publicity_too_short     fewer days than the policy demands today
-- @outcome announced_late          held before today: an administrator announces it, with a reason
-- @outcome level_not_agreed        the agreement with the partner does not cover the level
-- @outcome standing                other as exam_load.standing
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.exam_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam json,
	OUT outcome text, OUT exam uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_e new_exam := json_populate_record(NULL::new_exam, _exam);
	_standard record;
	_slug text;
	_company uuid;
	_session training_session;
	_site uuid;
	_late boolean;
	_constraint text;
	_had exam;
	_publicity int := CASE WHEN _e.publicity_by_policy THEN _policy('publicity_days', _today())::int
	    ELSE _e.publicity_days END;
BEGIN
	SELECT i.seen, i.object, CASE WHEN i.seen = 'replayed' AND i.answer IS NULL THEN 'first' END INTO outcome, exam, other
	FROM _idempotency(_actor, 'exam_create', _idem_key, _idem_print, _e.id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	other := NULL;
	<<work>>
	BEGIN
	SELECT * INTO _standard
	FROM _standard_for(_e.standard, _e.occupation, _e.edition, _e.work_type, _e.level, _e.held_on);
	_slug := _standard.slug;
	-- One that is there already may be from before there were standards.
	IF _standard.refusal <> 'no_standard_in_force' OR _standard.refusal IS NOT NULL
	    AND NOT EXISTS (SELECT FROM exam e WHERE e.body = _e.body AND e.code = _e.code) THEN
		outcome := _standard.refusal;
		EXIT work;
	END IF;
	IF _e.partner IS NOT NULL THEN
		SELECT o.id INTO _company FROM organisation o
		JOIN organisation_kind k ON k.organisation = o.id AND k.kind = 'livestreaming_company'
		WHERE o.slug = _e.partner;
		IF NOT FOUND THEN
			outcome := 'partner_unknown';
			EXIT work;
		END IF;
	END IF;
	IF _e.session IS NOT NULL THEN
		SELECT * INTO _session FROM training_session s WHERE s.id = _e.session
		FOR SHARE;	-- nobody moves it meanwhile
		IF NOT FOUND THEN
			outcome := 'session_not_found';
			EXIT work;
		END IF;
	END IF;
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(least(_e.body, _company))),
	    pg_advisory_xact_lock_shared(7101, uuid_hash(greatest(_e.body, _company)));

	-- An exam that is there already is answered first, whatever it was taken for then.
	_late := _e.held_on < _today() AND _e.late_reason IS NULL;
	IF NOT EXISTS (SELECT FROM exam e WHERE e.body = _e.body AND e.code = _e.code) THEN
		SELECT s.site, coalesce(s.refusal, CASE WHEN _session.state = 'cancelled' THEN 'session_cancelled'
		    WHEN _e.held_on < _session.starts_on THEN 'before_session'
		    WHEN _late THEN 'announced_late'
		    WHEN _publicity < _policy('publicity_days_min', _today())::int THEN 'publicity_too_short' END)
		INTO _site, outcome FROM _site_of(_e.body, _e.site, _e.held_on) s;
		IF outcome IS NOT NULL THEN
			EXIT work;
		END IF;
	END IF;
	INSERT INTO exam (id, body, code, session, occupation, edition, work_type, level, partner,
	    held_on, publicity_days, district, standard, site, late_reason, candidate_group,
	    roster_required)
	SELECT _e.id, _e.body, _e.code, _e.session, _e.occupation, _e.edition, _slug, _e.level, _company,
	    _e.held_on, _publicity, o.district, _standard.standard, _site,
	    CASE WHEN _e.held_on < _today() THEN _e.late_reason END, _e.candidate_group,
	    coalesce(_e.roster_required, false) OR _policy('exam_roster', _today()) = 'required'
	FROM organisation o WHERE o.id = _e.body AND _standard.refusal IS NULL AND NOT _late
	ON CONFLICT (body, code) DO NOTHING;
	IF NOT FOUND THEN
		SELECT * INTO STRICT _had FROM exam e WHERE e.body = _e.body AND e.code = _e.code;
		exam := _had.id;
		outcome := CASE WHEN (_had.session, _had.occupation, _had.edition, _had.work_type,
		    _had.level, _had.partner, _had.held_on, _had.publicity_days) IS NOT DISTINCT FROM
		    (_e.session, _e.occupation, _e.edition, _slug, _e.level, _company, _e.held_on,
		    CASE WHEN _e.publicity_by_policy THEN _had.publicity_days ELSE _publicity END)
		    AND (_e.standard IS NULL OR EXISTS (SELECT FROM standard s
		    WHERE s.id = _had.standard AND s.name = _e.standard))
		    AND (_e.site IS NULL OR _e.site IS NOT DISTINCT FROM _had.site)
		    AND (_e.candidate_group IS NULL OR _e.candidate_group IS NOT DISTINCT FROM _had.candidate_group)
		    THEN 'replayed' ELSE 'code_taken' END;
		EXIT work;
	END IF;
	INSERT INTO audit (actor, request, action, object, detail)
	SELECT _actor, _request, 'exam_create', _e.id,
	    CASE WHEN e.late_reason IS NOT NULL THEN jsonb_build_object('late_reason', e.late_reason) END
	FROM exam e WHERE e.id = _e.id;
	outcome := 'created';
	exam := _e.id;

	-- Refused by its standing, the block undoes the row.
	EXCEPTION WHEN check_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME, other = PG_EXCEPTION_DETAIL;
		IF _constraint <> 'exam_standing' THEN
			RAISE;
		END IF;
		outcome := CASE WHEN other = 'agreement_not_in_force' AND EXISTS (SELECT FROM agreement g
		    WHERE g.body = _e.body AND g.company = _company AND g.state = 'approved' AND g.suspended_at IS NULL
		    AND _e.held_on BETWEEN g.valid_from AND coalesce(g.valid_to, 'infinity')
		    AND _today() BETWEEN g.valid_from AND coalesce(g.valid_to, 'infinity'))
		    THEN 'level_not_agreed' ELSE 'standing' END;
		other := CASE WHEN outcome = 'standing' THEN other END;
	END;
	PERFORM _idempotency_end(_actor, 'exam_create', _idem_key,
	    CASE WHEN outcome IN ('created', 'replayed') THEN exam END,
	    -- an exam that was there was shown as it stood, and is again
	    CASE WHEN outcome = 'replayed' THEN '{"present": true}'::jsonb END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.exam_create TO talent_worker;
