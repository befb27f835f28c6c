-- Which standard is in force on a day for what somebody wants to hold: refusal is null, or the word of an
-- outcome. The work type is the slug or the Chinese name, the level null where there is none, the standard's
-- name null when the caller named none. Holds the guard of the occupation's standards, shared.
CREATE OR REPLACE FUNCTION talent._standard_for(_name text, _occupation text, _edition text, _work_type text,
	_level text, _day date, OUT refusal text, OUT standard uuid, OUT slug text)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid;
	_slug text;
	_version int;
BEGIN
	PERFORM pg_advisory_xact_lock_shared(7106, hashtext(_occupation || '/' || _edition));
	SELECT s.id, _standard_version(s.id, _day) INTO _id, _version
	FROM standard s WHERE s.occupation = _occupation AND s.edition = _edition
	AND _day BETWEEN s.valid_from AND coalesce(s.valid_to, 'infinity');
	SELECT w.slug INTO _slug FROM work_type w
	WHERE w.occupation = _occupation AND w.edition = _edition AND _work_type IN (w.slug, w.name);
	refusal := CASE
	    WHEN NOT EXISTS (SELECT FROM occupation o WHERE o.code = _occupation AND o.edition = _edition)
	        THEN 'work_type_unknown'
	    WHEN _name IS NOT NULL AND NOT EXISTS (SELECT FROM standard s WHERE s.name = _name)
	        THEN 'standard_unknown'
	    WHEN _name IS NOT NULL AND NOT EXISTS (SELECT FROM standard s WHERE s.name = _name
	        AND s.occupation = _occupation AND s.edition = _edition) THEN 'standard_differs'
	    WHEN _name IS NOT NULL AND NOT EXISTS (SELECT FROM standard s WHERE s.name = _name AND s.id = _id)
	        THEN 'standard_not_in_force'
	    WHEN _id IS NULL THEN 'no_standard_in_force'
	    WHEN NOT EXISTS (SELECT FROM standard_work_type t WHERE t.standard = _id
	        AND t.version = _version AND t.work_type = _slug) THEN 'work_type_unknown'
	    WHEN _level IS NOT NULL AND NOT EXISTS (SELECT FROM standard_level l WHERE l.standard = _id
	        AND l.version = _version AND l.work_type = _slug AND l.level = _level) THEN 'level_not_offered'
	    END;
	standard := _id;
	slug := _slug;
END
$$;
