-- The units of all rules (talent.unit, which the build makes) as programmes' measures take them, with the
-- bucket that holds them. inside: the measure counts it. Otherwise it is from before the window, and only
-- keeps its person out of a measure of first times.
CREATE OR REPLACE VIEW talent.counted AS
SELECT k.programme, k.measure, k.filled, u.rule, u.of, u.source, u.unit, u.day, u.at, u.district,
	coalesce(a.area, 'none') AS area, u.organisation, u.occupation, u.edition, u.work_type,
	coalesce(u.level, 'none') AS level, date_trunc('month', u.day)::date AS month,
	u.recorded, u.ended, u.void, u.day >= k.window_from AS inside
FROM talent.unit u
JOIN talent.counting k ON k.rule = u.rule AND u.day <= k.window_to
LEFT JOIN talent.organisation_area a ON a.organisation = u.organisation
	AND u.day BETWEEN a.valid_from AND a.valid_to
WHERE CASE WHEN u.day < k.window_from THEN k.first_time ELSE
	starts_with(u.district, k.district_prefix)
	AND (k.area IS NULL OR k.area = a.area)
	AND (k.occupations IS NULL OR u.occupation = ANY (k.occupations))
	AND (k.work_types IS NULL OR u.work_type = ANY (k.work_types))
	AND (k.levels IS NULL OR u.level = ANY (k.levels))
	AND (k.kind IS NULL OR u.kind = k.kind)
	END;
