-- Why a policy may not be set to a value from a day on, or null. Looked at are that day and each later one
-- on which it or its neighbour changes.
CREATE OR REPLACE FUNCTION talent._policy_refusal(_policy text, _value text, _from date) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM policy p WHERE p.name = _policy) THEN
		RETURN 'not_found';
	ELSIF _from < _today() THEN
		RETURN 'from_in_past';
	ELSIF EXISTS (
	    SELECT FROM policy p
	    CROSS JOIN LATERAL (SELECT CASE WHEN p.name = _policy THEN p.not_below ELSE p.name END AS name) n
	    CROSS JOIN LATERAL (
	        SELECT _from AS day
	        UNION
	        SELECT v.in_force_from FROM policy_version v
	        WHERE v.policy IN (_policy, n.name) AND v.in_force_from > _from) d
	    CROSS JOIN LATERAL (SELECT coalesce((SELECT v.value FROM policy_version v
	        WHERE v.policy = _policy AND v.in_force_from > _from AND v.in_force_from <= d.day
	        ORDER BY v.in_force_from DESC, v.version DESC LIMIT 1), _value)::int AS mine,
	        _policy(n.name, d.day)::int AS other) x
	    WHERE p.not_below IS NOT NULL AND _policy IN (p.name, p.not_below)
	    AND CASE WHEN p.name = _policy THEN x.mine < x.other ELSE x.other < x.mine END) THEN
		RETURN 'policy_order';
	END IF;
	RETURN NULL;
END
$$;
GRANT EXECUTE ON FUNCTION talent._policy_refusal(text, text, date) TO talent_worker;
