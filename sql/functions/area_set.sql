-- Adds an area, or changes what it is called and which districts it lies in.
--
-- @outcome set
-- @outcome replayed                it is so already
-- @outcome not_found               that can be no area's name
-- @outcome district_unknown        or none
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.area_set(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_area text, _name text, _name_en text, _districts text[], _reason text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_was jsonb;
	_is jsonb;
	_id uuid;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'area_set', _idem_key, _idem_print, NULL) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	LOCK TABLE area IN SHARE ROW EXCLUSIVE MODE;	-- one is changed at a time
	SELECT jsonb_build_object('name', a.name, 'name_en', a.name_en, 'districts',
	    (SELECT jsonb_agg(d.district ORDER BY d.district) FROM area_district d WHERE d.area = a.slug)), a.id
	INTO _was, _id FROM area a WHERE a.slug = _area;
	_is := jsonb_build_object('name', _name, 'name_en', _name_en, 'districts',
	    (SELECT jsonb_agg(DISTINCT d.code) FROM unnest(_districts) d (code)));
	outcome := CASE WHEN _area !~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' OR length(_area) > 40 OR _area = 'none' THEN 'not_found'
	    WHEN coalesce(cardinality(_districts), 0) = 0 OR EXISTS (SELECT FROM unnest(_districts) d (code)
	        WHERE NOT EXISTS (SELECT FROM district x WHERE x.code = d.code)) THEN 'district_unknown'
	    WHEN _was = _is THEN 'replayed'
	    ELSE 'set' END;
	IF outcome = 'set' THEN
		INSERT INTO area (slug, name, name_en) VALUES (_area, _name, _name_en)
		ON CONFLICT (slug) DO UPDATE SET name = excluded.name, name_en = excluded.name_en RETURNING id INTO _id;
		DELETE FROM area_district d WHERE d.area = _area AND d.district <> ALL (_districts);
		INSERT INTO area_district (area, district) SELECT DISTINCT _area, d.code FROM unnest(_districts) d (code)
		ON CONFLICT DO NOTHING;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'area_set', _id,
		    jsonb_build_object('area', _area, 'from', _was, 'to', _is, 'reason', _reason));
	END IF;
	PERFORM _idempotency_end(_actor, 'area_set', _idem_key, CASE WHEN outcome IN ('set', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.area_set TO talent_worker;
