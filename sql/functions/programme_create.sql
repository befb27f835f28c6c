-- Opens a programme. Nothing is shown of it until a background job has filled it with what was recorded
-- before.
--
-- @json _programme new_programme
-- @outcome created
-- @outcome replayed
-- @outcome programme_slug
-- @outcome programme_taken
-- @outcome window_order
-- @outcome district_prefix         no district begins so
-- @outcome area_unknown
-- @outcome occupations_unknown
-- @outcome measure_unknown         none, one that there is not, or one twice
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.programme_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_programme json, _reason text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_n new_programme := json_populate_record(NULL::new_programme, _programme);
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'programme_create', _idem_key, _idem_print, _n.id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	LOCK TABLE programme IN SHARE ROW EXCLUSIVE MODE;	-- one is opened at a time
	outcome := coalesce(_programme_refusal(_n), 'created');
	IF outcome = 'created' THEN
		INSERT INTO programme (slug, id, title, title_en, window_from, window_to, district_prefix, area,
		    occupations, position)
		VALUES (_n.slug, _n.id, _n.title, _n.title_en, _n.window_from, _n.window_to, _n.district_prefix, _n.area,
		    nullif(_n.occupations, '{}'), (SELECT coalesce(max(p.position), 0) + 1 FROM programme p));
		INSERT INTO programme_measure (programme, measure) SELECT _n.slug, unnest(_n.measures);
		PERFORM _programme_changed(_actor, _request, 'programme_create', _n.slug, _reason,
		    jsonb_build_object('to', _programme_state(_n.slug)));
	END IF;
	PERFORM _idempotency_end(_actor, 'programme_create', _idem_key, CASE WHEN outcome = 'created' THEN _n.id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.programme_create TO talent_worker;
