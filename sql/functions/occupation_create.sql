-- Adds an entry of the dictionary of occupations. It has no standard yet.
--
-- @outcome created
-- @outcome replayed                the same entry is there
-- @outcome code_taken              another one has that code and edition
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.occupation_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _code text, _edition text, _name text, _name_en text,
	OUT outcome text, OUT occupation uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	SELECT i.seen, i.object INTO outcome, occupation
	FROM _idempotency(_actor, 'occupation_create', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	INSERT INTO occupation (id, code, edition, name, name_en) VALUES (_id, _code, _edition, _name, _name_en)
	ON CONFLICT (code, edition) DO NOTHING;
	IF FOUND THEN
		outcome := 'created';
		occupation := _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'occupation_create', _id, jsonb_build_object('code', _code, 'edition', _edition,
		    'name', _name, 'name_en', _name_en));
	ELSE
		SELECT o.id, CASE WHEN (o.name, o.name_en) = (_name, _name_en) THEN 'replayed' ELSE 'code_taken' END
		INTO occupation, outcome
		FROM occupation o WHERE o.code = _code AND o.edition = _edition;
	END IF;
	PERFORM _idempotency_end(_actor, 'occupation_create', _idem_key,
	    CASE WHEN outcome IN ('created', 'replayed') THEN occupation END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.occupation_create TO talent_worker;
