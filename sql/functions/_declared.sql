-- What a body declares of a candidate as it is kept, null without a basis.
CREATE OR REPLACE FUNCTION talent._declared(_level text, _years int, _education text, _basis text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE WHEN _basis IS NOT NULL THEN jsonb_strip_nulls(jsonb_build_object('level', _level,
	    'years', _years, 'education', _education, 'basis', _basis)) END
$$;
GRANT EXECUTE ON FUNCTION talent._declared(text, int, text, text) TO talent_worker, talent_clerk, talent_jobs;
