-- The version of a standard that is in force on a day. None before its first day or behind its last one.
CREATE OR REPLACE FUNCTION talent._standard_version(_standard uuid, _day date) RETURNS int
LANGUAGE sql STABLE AS $$
	SELECT v.version
	FROM talent.standard s JOIN talent.standard_version v ON v.standard = s.id
	WHERE s.id = _standard AND v.valid_from <= _day AND _day <= coalesce(s.valid_to, 'infinity')
	ORDER BY v.valid_from DESC LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION talent._standard_version TO talent_worker, talent_clerk, talent_jobs;
