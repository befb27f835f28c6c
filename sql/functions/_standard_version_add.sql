-- Adds the next version of a standard. What it says was checked (_standard_content).
CREATE OR REPLACE FUNCTION talent._standard_version_add(_standard uuid, _valid_from date, _note text,
	_work_types talent.new_standard_work_type[]) RETURNS int
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s standard;
	_version int;
	_w new_standard_work_type;
	_l new_standard_level;
BEGIN
	SELECT * INTO STRICT _s FROM standard s WHERE s.id = _standard;
	SELECT coalesce(max(v.version), 0) + 1 INTO _version FROM standard_version v WHERE v.standard = _standard;
	INSERT INTO standard_version (standard, version, valid_from, note)
	VALUES (_standard, _version, _valid_from, _note);
	FOREACH _w IN ARRAY _work_types LOOP
		INSERT INTO work_type (occupation, edition, slug, name, name_en)
		VALUES (_s.occupation, _s.edition, _w.slug, _w.name, _w.name_en)
		ON CONFLICT (occupation, edition, slug) DO NOTHING;
		INSERT INTO standard_work_type (standard, version, occupation, edition, work_type)
		VALUES (_standard, _version, _s.occupation, _s.edition, _w.slug);
		FOREACH _l IN ARRAY coalesce(_w.levels, '{}') LOOP
			INSERT INTO work_type_level (occupation, edition, work_type, level)
			VALUES (_s.occupation, _s.edition, _w.slug, _l.level) ON CONFLICT DO NOTHING;
			INSERT INTO standard_level (standard, version, work_type, level, min_hours, min_age)
			VALUES (_standard, _version, _w.slug, _l.level, nullif(_l.min_hours, 0), nullif(_l.min_age, 0));
			INSERT INTO standard_condition (standard, version, work_type, level, alternative, prerequisite,
			    years, education, wording)
			SELECT _standard, _version, _w.slug, _l.level, c.n, c.prerequisite, nullif(c.years, 0),
			    c.education, c.wording
			FROM unnest(_l.conditions) WITH ORDINALITY c (prerequisite, years, education, wording, n);
		END LOOP;
	END LOOP;
	RETURN _version;
END
$$;
