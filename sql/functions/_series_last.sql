-- The last number that a series of this kind of certificate can give; null: no such kind. As
-- domain/number.h, which a test compares.
CREATE OR REPLACE FUNCTION talent._series_last(_kind text) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _kind WHEN 'skill_grade' THEN 999999 WHEN 'company' THEN 99999999 END::bigint
$$;
