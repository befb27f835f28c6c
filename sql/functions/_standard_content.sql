-- What is wrong with the work types of a version of a standard, as far as the registry has to be asked: the word
-- of an outcome and a JSON pointer below the array; or nothing.
CREATE OR REPLACE FUNCTION talent._standard_content(_occupation text, _edition text,
	_work_types talent.new_standard_work_type[], OUT refusal text, OUT at text)
LANGUAGE sql STABLE SET search_path = talent, pg_temp AS $$
	WITH work_type AS (
		SELECT * FROM unnest(_work_types) WITH ORDINALITY t (slug, name, name_en, levels, i)
	), level AS (
		SELECT w.i, t.level, t.conditions, t.j, l.rank
		FROM work_type w
		CROSS JOIN LATERAL unnest(w.levels) WITH ORDINALITY t (level, min_hours, min_age, conditions, j)
		LEFT JOIN talent.level l ON l.code = t.level
	), condition AS (
		SELECT v.i, v.j, t.k, t.prerequisite, v.rank, l.rank AS before
		FROM level v
		CROSS JOIN LATERAL unnest(v.conditions) WITH ORDINALITY t (prerequisite, years, education, wording, k)
		LEFT JOIN talent.level l ON l.code = t.prerequisite
	)
	SELECT x.refusal, x.at FROM (
		SELECT 'work_type_differs' AS refusal, format('/work_types/%s/name', w.i - 1) AS at
		FROM work_type w JOIN talent.work_type h ON h.occupation = _occupation AND h.edition = _edition
			AND (h.slug = w.slug) <> (h.name = w.name)
		UNION ALL
		SELECT 'level_unknown', format('/work_types/%s/levels/%s/level', v.i - 1, v.j - 1)
		FROM level v WHERE v.rank IS NULL
		UNION ALL
		SELECT 'level_unknown', format('/work_types/%s/levels/%s/conditions/%s/prerequisite', c.i - 1, c.j - 1, c.k - 1)
		FROM condition c WHERE c.prerequisite IS NOT NULL AND c.before IS NULL
		UNION ALL
		SELECT 'prerequisite_not_below', format('/work_types/%s/levels/%s/conditions/%s/prerequisite', c.i - 1,
		    c.j - 1, c.k - 1)
		FROM condition c WHERE c.before >= c.rank
	) x
	ORDER BY x.at LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION talent._standard_content TO talent_worker;
