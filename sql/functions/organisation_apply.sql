-- Takes an application. Who was refused applies again under the same credit code, with what he writes now. The
-- slug is the one that is asked for; null: the one that is offered for the English name (_offered), or the next
-- one that is free. Nobody else's says the same without its hyphens.
--
-- @json _organisation new_organisation
-- @outcome applied
-- @outcome replayed                the very same application waits
-- @outcome slug_taken              slug = a free one
-- @outcome credit_code_taken       another application, or an organisation, has it
-- @outcome district_unknown
-- @outcome area_unknown
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.organisation_apply(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_organisation json, _offered text,
	OUT outcome text, OUT id uuid, OUT slug text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_o new_organisation := json_populate_record(NULL::new_organisation, _organisation);
	_had organisation;
	_slug text := coalesce(_o.slug, _offered);
	_n int := 1;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, 'organisation_apply', _idem_key, _idem_print, _o.id) i;
	IF outcome IS NOT NULL THEN
		SELECT o.slug INTO slug FROM organisation o WHERE o.id = organisation_apply.id;
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7111, 0);	-- one application at a time
	SELECT * INTO _had FROM organisation o WHERE o.credit_code = _o.credit_code;
	IF _had.state = 'applied' AND (_had.name, _had.name_en, _had.district, _had.area, _had.contact_name,
	    _had.contact_phone, _had.evidence, coalesce(_o.slug, _had.slug)) IS NOT DISTINCT FROM (_o.name, _o.name_en,
	    _o.district, _o.area, _o.contact_name, _o.contact_phone, coalesce(_o.evidence, '{}'), _had.slug)
	    AND ARRAY(SELECT k.kind FROM organisation_kind k WHERE k.organisation = _had.id ORDER BY 1)
	    = ARRAY(SELECT DISTINCT k FROM unnest(_o.kinds) k ORDER BY 1) THEN
		outcome := 'replayed';
		id := _had.id;
		slug := _had.slug;
	ELSIF _had.state <> 'refused' THEN
		outcome := 'credit_code_taken';
	ELSIF NOT EXISTS (SELECT FROM district d WHERE d.code = _o.district) THEN
		outcome := 'district_unknown';
	ELSIF _o.area IS NOT NULL AND NOT EXISTS (SELECT FROM area a WHERE a.slug = _o.area) THEN
		outcome := 'area_unknown';
	ELSE
		WHILE EXISTS (SELECT FROM organisation o WHERE replace(o.slug, '-', '') = replace(_slug, '-', '')
		    AND o.id IS DISTINCT FROM _had.id) LOOP
			_n := _n + 1;
			_slug := rtrim(left(coalesce(_o.slug, _offered), 36), '-') || '-' || _n;
		END LOOP;
		slug := _slug;
		outcome := CASE WHEN _n > 1 AND _o.slug IS NOT NULL THEN 'slug_taken' ELSE 'applied' END;
	END IF;
	IF outcome = 'applied' THEN
		id := coalesce(_had.id, _o.id);
		INSERT INTO organisation AS o (id, slug, credit_code, name, name_en, district, area, contact_name,
		    contact_phone, evidence, state)
		VALUES (id, _slug, _o.credit_code, _o.name, _o.name_en, _o.district, _o.area, _o.contact_name,
		    _o.contact_phone, coalesce(_o.evidence, '{}'), 'applied')
		ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, name_en = excluded.name_en,
		    district = excluded.district, area = excluded.area, contact_name = excluded.contact_name,
		    contact_phone = excluded.contact_phone, evidence = excluded.evidence, state = 'applied',
		    state_since = now(), state_reason = NULL;
		DELETE FROM organisation_kind k WHERE k.organisation = organisation_apply.id;
		INSERT INTO organisation_kind (organisation, kind) SELECT DISTINCT id, k FROM unnest(_o.kinds) k;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'organisation_apply', id, jsonb_build_object('slug', _slug, 'name', _o.name,
		    'credit_code', _o.credit_code, 'kinds', _o.kinds, 'district', _o.district, 'evidence', _o.evidence));
	END IF;
	PERFORM _idempotency_end(_actor, 'organisation_apply', _idem_key,
	    CASE WHEN outcome IN ('applied', 'replayed') THEN id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.organisation_apply TO talent_worker;
