-- One party, an evaluation body or a livestreaming company, proposes an agreement to the other, named by its
-- slug; where both are both, _agreement says as what it proposes. Each title is of a work type (slug or Chinese name) and level that the standard, the body's accreditation
-- and the company's recognition cover on the agreement's days (_title_refusal). No months of validity or renewal are 0.
--
-- @json _agreement new_agreement
-- @outcome proposed
-- @outcome replayed
-- @outcome organisation_unknown    the other party
-- @outcome kind_unsuitable         the two are not a body and a company
-- @outcome party_unclear           either could be the body, and nothing says which
-- @outcome organisation_not_approved    one of the two, at present
-- @outcome work_type_unknown       other = which of the titles, from 0; so below
-- @outcome level_not_offered
-- @outcome no_standard_then        none is in force that has the level
-- @outcome not_accredited_then
-- @outcome not_recognised_then
-- @outcome duplicate               the same work and level comes twice
-- @outcome reserved_words          in the title
-- @outcome reserved_words_en       in the English title
-- @outcome company_code            the code's form
-- @outcome company_code_taken      it means another title of the company
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.agreement_propose(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_agreement json,
	OUT outcome text, OUT id uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_a new_agreement := json_populate_record(NULL::new_agreement, _agreement);
	_t new_agreement_title;
	_partner uuid;
	_body uuid;
	_company uuid;
	_row agreement;
	_n int := 0;
	_pairings int;
	_slug text;
	_constraint text;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, 'agreement_propose', _idem_key, _idem_print, _a.id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	<<work>>
	BEGIN
	SELECT o.id INTO _partner FROM organisation o WHERE o.slug = _a.partner;
	IF NOT FOUND THEN
		outcome := 'organisation_unknown';
		EXIT work;
	END IF;
	SELECT min(b.organisation::text)::uuid, min(c.organisation::text)::uuid, count(*) INTO _body, _company, _pairings
	FROM organisation_kind b, organisation_kind c
	WHERE b.kind = 'evaluation_body' AND c.kind = 'livestreaming_company' AND b.organisation <> c.organisation
	AND (b.organisation, c.organisation) IN ((_a.proposer, _partner), (_partner, _a.proposer))
	AND (_a.proposes_as IS NULL OR (_a.proposes_as = 'evaluation_body') = (b.organisation = _a.proposer));
	IF _pairings <> 1 THEN
		outcome := CASE _pairings WHEN 0 THEN 'kind_unsuitable' ELSE 'party_unclear' END;
		EXIT work;
	END IF;
	PERFORM _guard_alone(7101, least(_body, _company)), _guard_alone(7101, greatest(_body, _company));
	INSERT INTO agreement (id, body, company, proposed_by, window_days, confirmer, validity_months, renewal_months,
	    valid_from, valid_to)
	VALUES (_a.id, _body, _company, _a.proposer, _a.window_days, _a.confirmer, nullif(_a.validity_months, 0),
	    nullif(_a.renewal_months, 0), _a.valid_from, _a.valid_to)
	ON CONFLICT (id) DO NOTHING
	RETURNING * INTO _row;
	IF NOT FOUND THEN	-- the same call, sent again because its COMMIT was not heard
		outcome := 'proposed';
		id := _a.id;
		EXIT work;
	ELSIF _not_approved(_body, _company) THEN
		outcome := 'organisation_not_approved';
		RAISE EXCEPTION 'not approved' USING ERRCODE = 'TA100';
	END IF;
	FOREACH _t IN ARRAY _a.titles LOOP
		SELECT w.slug INTO _slug FROM work_type w WHERE w.occupation = _t.occupation
		AND w.edition = _t.edition AND _t.work_type IN (w.slug, w.name);
		outcome := CASE
		    WHEN NOT FOUND THEN 'work_type_unknown'
		    ELSE _title_refusal(_row, _t.occupation, _t.edition, _slug, _t.level) END;
		IF outcome IS NOT NULL THEN
			RAISE EXCEPTION 'title' USING ERRCODE = 'TA100';
		END IF;
		INSERT INTO agreement_title (agreement, occupation, edition, work_type, level, title, title_en, code)
		VALUES (_a.id, _t.occupation, _t.edition, _slug, _t.level, _t.title, _t.title_en, _t.code);
		_n := _n + 1;
	END LOOP;
	INSERT INTO audit (actor, request, action, object, detail)
	VALUES (_actor, _request, 'agreement_propose', _a.id, jsonb_strip_nulls(to_jsonb(_a)) - 'id');
	outcome := 'proposed';
	id := _a.id;

	EXCEPTION
	WHEN SQLSTATE 'TA100' THEN
		other := _n;
	WHEN check_violation OR unique_violation THEN
		GET STACKED DIAGNOSTICS _constraint = CONSTRAINT_NAME;
		other := _n;
		outcome := CASE _constraint
		    WHEN 'agreement_title_pkey' THEN 'duplicate'
		    WHEN 'agreement_title_reserved_words' THEN 'reserved_words'
		    WHEN 'agreement_title_reserved_words_en' THEN 'reserved_words_en'
		    WHEN 'agreement_title_code' THEN 'company_code'
		    WHEN 'agreement_title_company_code' THEN 'company_code_taken' END;
		IF outcome IS NULL THEN
			RAISE;
		END IF;
	END;
	PERFORM _idempotency_end(_actor, 'agreement_propose', _idem_key, CASE WHEN outcome = 'proposed' THEN id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.agreement_propose TO talent_worker;
