-- What each version of a standard says, as JSON: an array, the first one first.
CREATE OR REPLACE FUNCTION talent._standard_versions(_standard uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = talent, pg_temp AS $$
	SELECT coalesce(json_agg(json_build_object('version', v.version, 'valid_from', v.valid_from, 'note', v.note,
	    'work_types', (
		SELECT coalesce(json_agg(json_build_object('slug', w.slug, 'name', w.name, 'name_en', w.name_en,
		    'levels', (
			SELECT coalesce(json_agg(json_build_object('level', l.code, 'name', l.name, 'name_en', l.name_en,
			    'min_hours', x.min_hours, 'min_age', x.min_age,
			    'conditions', (
				SELECT coalesce(json_agg(json_build_object('prerequisite', c.prerequisite, 'years', c.years,
				    'education', c.education, 'wording', c.wording) ORDER BY c.alternative), '[]')
				FROM standard_condition c WHERE c.standard = x.standard AND c.version = x.version
				AND c.work_type = x.work_type AND c.level = x.level)) ORDER BY l.rank), '[]')
			FROM standard_level x JOIN level l ON l.code = x.level
			WHERE x.standard = t.standard AND x.version = t.version AND x.work_type = t.work_type))
		    ORDER BY w.slug), '[]')
		FROM standard_work_type t JOIN work_type w ON w.occupation = t.occupation AND w.edition = t.edition
		    AND w.slug = t.work_type
		WHERE t.standard = v.standard AND t.version = v.version)) ORDER BY v.version)::text, '[]')
	FROM standard_version v WHERE v.standard = _standard
$$;
GRANT EXECUTE ON FUNCTION talent._standard_versions TO talent_worker;
