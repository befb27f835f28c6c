-- Opens a site of an organisation that was approved. A prefix is given once, whoever asks at the same time.
--
-- @json _site new_site
-- @outcome created
-- @outcome replayed                the very same is there
-- @outcome code_taken              another site of the organisation has it
-- @outcome prefix_taken            another site has it
-- @outcome prefix_used             there are numbers that begin so: another body's, or the site would mint them again
-- @outcome district_unknown
-- @outcome wrong_state             the organisation was not approved, or has ended
-- @outcome not_found               no such organisation
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.site_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_site json,
	OUT outcome text, OUT site uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s new_site := json_populate_record(NULL::new_site, _site);
	_organisation uuid;
	_state text;
	_had site;
BEGIN
	SELECT i.seen, i.object INTO outcome, site
	FROM _idempotency(_actor, 'site_create', _idem_key, _idem_print, _s.id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7112, 0);	-- one prefix at a time
	SELECT o.id INTO _organisation FROM organisation o WHERE o.slug = _s.organisation;
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(_organisation));
	SELECT o.state INTO _state FROM organisation o WHERE o.id = _organisation;
	SELECT * INTO _had FROM site s WHERE s.organisation = _organisation AND s.code = _s.code;
	IF _organisation IS NULL THEN
		outcome := 'not_found';
	ELSIF _state NOT IN ('approved', 'suspended') THEN
		outcome := 'wrong_state';
	ELSIF (_had.name, _had.district, _had.number_prefix, _had.number_mode, _had.also_supplied)
	    IS NOT DISTINCT FROM (_s.name, _s.district, _s.number_prefix, _s.number_mode, _s.also_supplied) THEN
		outcome := 'replayed';
		site := _had.id;
	ELSIF _had.id IS NOT NULL THEN
		outcome := 'code_taken';
	ELSIF NOT EXISTS (SELECT FROM district d WHERE d.code = _s.district) THEN
		outcome := 'district_unknown';
	ELSE
		outcome := coalesce(_prefix_refusal(_s.id, _organisation, _s.number_prefix, _s.number_mode), 'created');
	END IF;
	IF outcome = 'created' THEN
		site := _s.id;
		INSERT INTO site (id, organisation, code, name, district, number_prefix, number_mode, also_supplied)
		VALUES (_s.id, _organisation, _s.code, _s.name, _s.district, _s.number_prefix, _s.number_mode,
		    _s.also_supplied);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'site_create', _s.id, to_jsonb(_s) - 'id');
	END IF;
	PERFORM _idempotency_end(_actor, 'site_create', _idem_key,
	    CASE WHEN outcome IN ('created', 'replayed') THEN site END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.site_create TO talent_worker;
