-- Accredits a body for levels of a work type, or recognises a company for levels of an occupation, from one
-- day to another. The noun is accreditation or recognition; a work type is the slug or the Chinese name, and none
-- of a recognition means each. Both may be under one standard, named as in 互联网营销师/2021, and an accreditation
-- for one site.
--
-- @json _standing new_standing
-- @outcome granted
-- @outcome replayed
-- @outcome organisation_unknown
-- @outcome kind_unsuitable         no evaluation body; no livestreaming company
-- @outcome occupation_unknown
-- @outcome work_type_unknown
-- @outcome site_unknown            not one of the body's
-- @outcome site_ended              before the first day
-- @outcome standard_unknown
-- @outcome standard_differs        belongs to another occupation
-- @outcome standard_not_in_force   on the first day
-- @outcome level_not_offered       other = which of the levels, from 1
-- @outcome organisation_not_approved    at present: it applied, was refused, is suspended or has ended
-- @outcome overlaps                other = the one that covers some of it on some of the days
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.standing_grant(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_noun text, _standing json,
	OUT outcome text, OUT id uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s new_standing := json_populate_record(NULL::new_standing, _standing);
	_what constant text := _noun || '_grant';
	_accredits constant boolean := _noun = 'accreditation';
	_org uuid;
	_slug text;
	_standard standard;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, _what, _idem_key, _idem_print, _s.id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	<<work>>
	BEGIN
	SELECT o.id INTO _org FROM organisation o WHERE o.slug = _s.organisation;
	IF NOT FOUND THEN
		outcome := 'organisation_unknown';
		EXIT work;
	ELSIF NOT EXISTS (SELECT FROM organisation_kind k WHERE k.organisation = _org AND k.kind
	    = CASE WHEN _accredits THEN 'evaluation_body' ELSE 'livestreaming_company' END) THEN
		outcome := 'kind_unsuitable';
		EXIT work;
	ELSIF NOT EXISTS (SELECT FROM occupation o WHERE o.code = _s.occupation AND o.edition = _s.edition) THEN
		outcome := 'occupation_unknown';
		EXIT work;
	END IF;
	SELECT w.slug INTO _slug FROM work_type w WHERE w.occupation = _s.occupation
	AND w.edition = _s.edition AND _s.work_type IN (w.slug, w.name);
	IF NOT FOUND AND (_accredits OR _s.work_type IS NOT NULL) THEN
		outcome := 'work_type_unknown';
		EXIT work;
	END IF;
	IF _s.site IS NOT NULL AND NOT EXISTS (SELECT FROM site t WHERE t.id = _s.site AND t.organisation = _org) THEN
		outcome := 'site_unknown';
		EXIT work;
	END IF;
	IF _s.standard IS NOT NULL THEN
		SELECT * INTO _standard FROM standard t WHERE t.name = _s.standard;
		outcome := CASE
		    WHEN NOT FOUND THEN 'standard_unknown'
		    WHEN (_standard.occupation, _standard.edition) <> (_s.occupation, _s.edition) THEN 'standard_differs'
		    WHEN NOT _s.valid_from BETWEEN _standard.valid_from AND coalesce(_standard.valid_to, 'infinity')
		        THEN 'standard_not_in_force' END;
		-- Its levels are those of the version of the first day.
		SELECT min(u.at)::text INTO other FROM unnest(_s.levels) WITH ORDINALITY u (level, at)
		WHERE standing_grant.outcome IS NULL AND NOT EXISTS (SELECT FROM standard_level l WHERE l.standard = _standard.id
		    AND l.version = _standard_version(_standard.id, _s.valid_from)
		    AND l.work_type = coalesce(_slug, l.work_type) AND l.level = u.level);
		outcome := coalesce(outcome, CASE WHEN other IS NOT NULL THEN 'level_not_offered' END);
		IF outcome IS NOT NULL THEN
			EXIT work;
		END IF;
	END IF;
	PERFORM _guard_alone(7101, _org);
	IF _accredits THEN
		INSERT INTO accreditation (id, body, occupation, edition, work_type, levels, valid_from, valid_to, site,
		    standard)
		VALUES (_s.id, _org, _s.occupation, _s.edition, _slug, _s.levels, _s.valid_from, _s.valid_to, _s.site,
		    _standard.id)
		ON CONFLICT (id) DO NOTHING;
	ELSE
		INSERT INTO recognition (id, company, occupation, edition, work_type, levels, valid_from, valid_to, standard)
		VALUES (_s.id, _org, _s.occupation, _s.edition, _slug, _s.levels, _s.valid_from, _s.valid_to, _standard.id)
		ON CONFLICT (id) DO NOTHING;
	END IF;
	IF FOUND THEN	-- else it is the same call, sent again because its COMMIT was not heard
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _s.id, jsonb_strip_nulls(to_jsonb(_s)) - 'id');
		outcome := CASE WHEN _not_approved(_org) THEN 'organisation_not_approved'
		    WHEN EXISTS (SELECT FROM site t WHERE t.id = _s.site AND t.valid_to < _s.valid_from) THEN 'site_ended' END;
		IF outcome IS NOT NULL THEN
			RAISE EXCEPTION 'refused' USING ERRCODE = 'TA100';
		END IF;
	END IF;
	outcome := 'granted';
	id := _s.id;

	EXCEPTION
	WHEN SQLSTATE 'TA100' THEN
		NULL;	-- outcome says why
	WHEN check_violation THEN
		GET STACKED DIAGNOSTICS other = PG_EXCEPTION_DETAIL, _slug = CONSTRAINT_NAME;
		IF _slug <> _noun || '_levels' THEN
			RAISE;
		END IF;
		outcome := 'level_not_offered';
	WHEN exclusion_violation THEN
		GET STACKED DIAGNOSTICS other = PG_EXCEPTION_DETAIL;
		outcome := 'overlaps';
	END;
	PERFORM _idempotency_end(_actor, _what, _idem_key, CASE WHEN outcome = 'granted' THEN id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.standing_grant TO talent_worker;
