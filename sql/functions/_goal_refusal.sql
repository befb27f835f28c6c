-- Why a programme may not have that goal under that key, or null.
CREATE OR REPLACE FUNCTION talent._goal_refusal(_programme text, _key text, _goal new_goal) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_is_number boolean := _goal.target > 0;
BEGIN
	RETURN CASE
	    WHEN NOT EXISTS (SELECT FROM programme p WHERE p.slug = _programme) THEN 'not_found'
	    WHEN EXISTS (SELECT FROM goal g WHERE g.programme = _programme AND g.key = _key
	        AND (g.target IS NOT NULL) <> _is_number) THEN 'goal_kind'
	    WHEN NOT _is_number THEN
	        CASE WHEN cardinality(_goal.measures) > 0 OR _goal.rule IS NOT NULL THEN 'milestone_has_no_measures' END
	    WHEN coalesce(cardinality(_goal.measures), 0) = 0
	        OR EXISTS (SELECT FROM unnest(_goal.measures) m (name) WHERE NOT EXISTS (
	            SELECT FROM programme_measure x WHERE x.programme = _programme AND x.measure = m.name))
	        OR cardinality(_goal.measures) > (SELECT count(DISTINCT m.name) FROM unnest(_goal.measures) m (name))
	        THEN 'measure_unknown'
	    -- people are not added up: one could be among both
	    WHEN EXISTS (SELECT FROM measure m WHERE m.name = ANY (_goal.measures)
	        AND (m.unit NOT IN ('people', 'person-times')
	        OR m.unit = 'people' AND cardinality(_goal.measures) > 1)) THEN 'measures_not_added'
	    WHEN NOT EXISTS (SELECT FROM counting_rule r WHERE r.name = _goal.rule AND r.version = _goal.rule_version)
	        THEN 'rule_unknown'
	    END;
END
$$;
GRANT EXECUTE ON FUNCTION talent._goal_refusal(text, text, talent.new_goal) TO talent_worker;
