-- Adds a goal to a programme, or changes the one of that key: a number that measures add up to, or a
-- milestone. It holds from the version on that this makes.
--
-- @json _goal new_goal
-- @outcome set
-- @outcome replayed                it is so already
-- @outcome not_found
-- @outcome goal_kind               a number stays one, a milestone too
-- @outcome milestone_has_no_measures
-- @outcome measure_unknown         none, one that the programme does not count, or one twice
-- @outcome measures_not_added      measures of other units, or people twice
-- @outcome rule_unknown
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.goal_set(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_programme text, _key text, _goal json, _reason text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_n new_goal := json_populate_record(NULL::new_goal, _goal);
	_unit text := (SELECT min(m.unit) FROM measure m WHERE m.name = ANY (_n.measures));
	_was goal;
	_is goal;
	_id uuid;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'goal_set', _idem_key, _idem_print, NULL) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT p.id INTO _id FROM programme p WHERE p.slug = _programme FOR NO KEY UPDATE;
	outcome := _goal_refusal(_programme, _key, _n);
	IF outcome IS NULL THEN
		SELECT * INTO _was FROM goal g WHERE g.programme = _programme AND g.key = _key;
		INSERT INTO goal (programme, key, title, title_en, unit, target, measures, rule, rule_version, position)
		VALUES (_programme, _key, _n.title, _n.title_en, CASE WHEN _n.target > 0 THEN _unit END,
		    nullif(_n.target, 0), coalesce(_n.measures, '{}'), CASE WHEN _n.target > 0 THEN _n.rule END,
		    CASE WHEN _n.target > 0 THEN _n.rule_version END,
		    (SELECT coalesce(max(g.position), 0) + 1 FROM goal g WHERE g.programme = _programme))
		ON CONFLICT (programme, key) DO UPDATE SET title = excluded.title, title_en = excluded.title_en,
		    unit = excluded.unit, target = excluded.target, measures = excluded.measures,
		    rule = excluded.rule, rule_version = excluded.rule_version
		RETURNING * INTO _is;
		outcome := CASE WHEN _was IS NOT DISTINCT FROM _is THEN 'replayed' ELSE 'set' END;
	END IF;
	IF outcome = 'set' THEN
		PERFORM _programme_changed(_actor, _request, 'goal_set', _programme, _reason,
		    jsonb_build_object('goal', _key, 'from', CASE WHEN _was.key IS NOT NULL THEN to_jsonb(_was) END,
		    'to', to_jsonb(_is)));
	END IF;
	PERFORM _idempotency_end(_actor, 'goal_set', _idem_key, CASE WHEN outcome IN ('set', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.goal_set TO talent_worker;
