-- How much a change of a standard from a day on touches: exams and planned sessions under it, accreditations,
-- recognitions and titles in agreements for its occupation that are in force then or later. dropped: those of a work type and
-- level that it does not have any more; with null for what it has: none at all, the standard has ended.
CREATE OR REPLACE FUNCTION talent._standard_touched(_standard uuid, _from date,
	_work_types talent.new_standard_work_type[],
	OUT exams bigint, OUT sessions bigint, OUT accreditations bigint, OUT recognitions bigint,
	OUT agreement_titles bigint, OUT exams_dropped bigint, OUT sessions_dropped bigint,
	OUT accreditations_dropped bigint, OUT recognitions_dropped bigint, OUT agreement_titles_dropped bigint)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s standard;
	_slugs text[];
	_offered text[];	-- 'slug level'
BEGIN
	SELECT * INTO _s FROM standard s WHERE s.id = _standard;
	SELECT coalesce(array_agg(DISTINCT w.slug), '{}'), coalesce(array_agg(w.slug || ' ' || l.level), '{}')
	INTO _slugs, _offered
	FROM unnest(_work_types) w LEFT JOIN LATERAL unnest(w.levels) l ON true;
	SELECT count(*), count(*) FILTER (WHERE e.work_type || ' ' || e.level <> ALL (_offered))
	INTO exams, exams_dropped
	FROM exam e WHERE e.standard = _standard AND e.held_on >= _from AND e.state <> 'cancelled';
	SELECT count(*), count(*) FILTER (WHERE t.work_type <> ALL (_slugs)
	    OR t.work_type || ' ' || t.level <> ALL (_offered))
	INTO sessions, sessions_dropped
	FROM training_session t
	WHERE t.standard = _standard AND t.ends_on >= _from AND t.state IN ('planned', 'published');
	SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM unnest(a.levels) l
	    WHERE a.work_type || ' ' || l <> ALL (_offered)))
	INTO accreditations, accreditations_dropped
	FROM accreditation a
	WHERE a.occupation = _s.occupation AND a.edition = _s.edition AND coalesce(a.valid_to, 'infinity') >= _from
	AND coalesce(a.standard, _standard) = _standard;	-- none: under whichever is in force
	SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT FROM unnest(r.levels) l
	    WHERE NOT EXISTS (SELECT FROM unnest(_work_types) w, unnest(w.levels) x
	        WHERE w.slug = coalesce(r.work_type, w.slug) AND x.level = l)))
	INTO recognitions, recognitions_dropped
	FROM recognition r
	WHERE r.occupation = _s.occupation AND r.edition = _s.edition AND coalesce(r.valid_to, 'infinity') >= _from
	AND coalesce(r.standard, _standard) = _standard;
	SELECT count(*), count(*) FILTER (WHERE t.work_type || ' ' || t.level <> ALL (_offered))
	INTO agreement_titles, agreement_titles_dropped
	FROM agreement_title t JOIN agreement a ON a.id = t.agreement
	WHERE t.occupation = _s.occupation AND t.edition = _s.edition AND coalesce(a.valid_to, 'infinity') >= _from;
END
$$;
GRANT EXECUTE ON FUNCTION talent._standard_touched TO talent_worker;
