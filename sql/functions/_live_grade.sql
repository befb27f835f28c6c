-- The number of this person's, or of somebody's who is the same, skill-grade certificate in force for an occupation, work type and
-- level, or null: the one that stands in the way of another. Read before signing and again under
-- the person's lock.
CREATE OR REPLACE FUNCTION talent._live_grade(_person uuid, _occupation text, _work_type text,
	_level text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_all uuid[] := _persons(_person);
BEGIN
	RETURN (SELECT c.number FROM certificate_state s JOIN certificate c ON c.id = s.certificate
	    WHERE s.person = ANY (_all) AND s.kind = 'skill_grade' AND s.occupation = _occupation
	    AND s.work_type = _work_type AND s.level = _level AND s.state IN ('valid', 'suspended')
	    ORDER BY c.id LIMIT 1);
END
$$;
GRANT EXECUTE ON FUNCTION talent._live_grade(uuid, text, text, text) TO talent_worker, talent_clerk, talent_jobs;
