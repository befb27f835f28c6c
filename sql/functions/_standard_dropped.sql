-- The exams under a standard that a change of it from a day on leaves without one, as JSON: the next hundred, in the
-- order of their days. _work_types as in _standard_touched.
CREATE OR REPLACE FUNCTION talent._standard_dropped(_standard uuid, _from date,
	_work_types talent.new_standard_work_type[]) RETURNS text
LANGUAGE sql STABLE SET search_path = talent, pg_temp AS $$
	SELECT coalesce(json_agg(json_build_object('id', x.id, 'code', x.code, 'body', x.slug, 'held_on', x.held_on,
	    'work_type', x.work_type, 'level', x.level) ORDER BY x.held_on, x.id), '[]')::text
	FROM (SELECT e.id, e.code, b.slug, e.held_on, w.name AS work_type, e.level
		FROM exam e JOIN organisation b ON b.id = e.body
		JOIN work_type w ON w.occupation = e.occupation AND w.edition = e.edition AND w.slug = e.work_type
		WHERE e.standard = _standard AND e.held_on >= _from
		AND NOT EXISTS (SELECT FROM unnest(_work_types) t, unnest(t.levels) l
			WHERE t.slug = e.work_type AND l.level = e.level)
		ORDER BY e.held_on, e.id LIMIT 100) x
$$;
GRANT EXECUTE ON FUNCTION talent._standard_dropped TO talent_worker;
