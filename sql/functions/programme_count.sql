-- Has a programme count more, another version of a rule for instance: a background job fills each measure with what
-- was recorded before, and nothing is shown of it until then. What a programme counts it goes on counting; a goal
-- turns from one measure to another by goal_set.
--
-- @outcome added
-- @outcome replayed                it counts them all already
-- @outcome not_found
-- @outcome measure_unknown         none, one that there is not, or one twice
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.programme_count(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_programme text, _measures text[], _reason text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid;
	_new text[];
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'programme_count', _idem_key, _idem_print, NULL) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT p.id INTO _id FROM programme p WHERE p.slug = _programme FOR NO KEY UPDATE;
	_new := ARRAY(SELECT m.name FROM unnest(_measures) m (name) WHERE NOT EXISTS (SELECT FROM programme_measure x
	    WHERE x.programme = _programme AND x.measure = m.name));
	outcome := CASE WHEN _id IS NULL THEN 'not_found' ELSE coalesce(_measures_refusal(_measures),
	    CASE WHEN _new = '{}' THEN 'replayed' ELSE 'added' END) END;
	IF outcome = 'added' THEN
		INSERT INTO programme_measure (programme, measure) SELECT _programme, unnest(_new);
		PERFORM _programme_changed(_actor, _request, 'programme_count', _programme, _reason,
		    jsonb_build_object('measures', to_jsonb(_new)));
	END IF;
	PERFORM _idempotency_end(_actor, 'programme_count', _idem_key,
	    CASE WHEN outcome IN ('added', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.programme_count TO talent_worker;
