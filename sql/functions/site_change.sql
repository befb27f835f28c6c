-- Changes what a site is called, where it is and how it numbers; null: stays, and an empty prefix is taken away. The
-- history says from what to what. Prefix and mode stand once a number was given, or a pass waits for one.
--
-- @null _name _district _number_prefix _number_mode _also_supplied _note
-- @outcome changed
-- @outcome replayed                it is so
-- @outcome site_numbered           prefix and mode stand
-- @outcome prefix_taken            another site has it
-- @outcome prefix_used             there are numbers that begin so: another body's, or the site would mint them again
-- @outcome prefix_needed           a site that mints has one
-- @outcome also_supplied_minted    what does not mint is always supplied
-- @outcome district_unknown
-- @outcome wrong_state             it has ended
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.site_change(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _name text, _district text, _number_prefix text, _number_mode text, _also_supplied boolean, _note text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_was site;
	_is site;
	_detail jsonb;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'site_change', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7112, 0);	-- one prefix at a time
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(s.organisation)) FROM site s WHERE s.id = _id;
	SELECT * INTO _was FROM site s WHERE s.id = _id;
	_is := _was;
	_is.name := coalesce(_name, _was.name);
	_is.district := coalesce(_district, _was.district);
	_is.number_prefix := nullif(coalesce(_number_prefix, _was.number_prefix), '');
	_is.number_mode := coalesce(_number_mode, _was.number_mode);
	_is.also_supplied := coalesce(_also_supplied, _was.also_supplied AND _is.number_mode = 'minted');
	SELECT jsonb_object_agg(n.key, jsonb_build_array(w.value, n.value)) INTO _detail
	FROM jsonb_each(to_jsonb(_is)) n JOIN jsonb_each(to_jsonb(_was)) w ON w.key = n.key
	WHERE n.value IS DISTINCT FROM w.value;
	outcome := CASE
	    WHEN _was.id IS NULL THEN 'not_found'
	    WHEN _detail IS NULL THEN 'replayed'
	    WHEN _was.valid_to < _today() THEN 'wrong_state'
	    WHEN NOT EXISTS (SELECT FROM district d WHERE d.code = _is.district) THEN 'district_unknown'
	    WHEN _is.also_supplied AND _is.number_mode <> 'minted' THEN 'also_supplied_minted'
	    WHEN _is.number_mode = 'minted' AND _is.number_prefix IS NULL THEN 'prefix_needed'
	    WHEN _detail ?| ARRAY['number_prefix', 'number_mode'] THEN
	        CASE WHEN _site_numbered(_id) THEN 'site_numbered' ELSE coalesce(_prefix_refusal(_id, _was.organisation,
	            _is.number_prefix, _is.number_mode), 'changed') END
	    ELSE 'changed' END;
	IF outcome = 'changed' THEN
		UPDATE site s SET name = _is.name, district = _is.district, number_prefix = _is.number_prefix,
		    number_mode = _is.number_mode, also_supplied = _is.also_supplied
		WHERE s.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'site_change', _id, _detail || jsonb_build_object('note', _note));
	END IF;
	PERFORM _idempotency_end(_actor, 'site_change', _idem_key,
	    CASE WHEN outcome IN ('changed', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.site_change TO talent_worker;
