-- What speaks against a title of an agreement: the word of an outcome, or null. From its first day, or today if that is
-- later, until its last one the standard that is in force has the work type and level, and under it the body is
-- accredited and the company recognised, without a gap. An agreement without a last day goes on for as long as both
-- stand: its first day alone is judged.
CREATE OR REPLACE FUNCTION talent._title_refusal(_a talent.agreement, _occupation text, _edition text, _work_type text,
	_level text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_first constant date := least(greatest(_a.valid_from, _today()), _a.valid_to);
	_days constant daterange := daterange(_first, coalesce(_a.valid_to, _first), '[]');
	_offered datemultirange;
	_accredited datemultirange;
	_agreed datemultirange;
BEGIN
	SELECT range_agg(o.days), range_agg(o.days * coalesce(b.days, '{}')),
	    range_agg(o.days * coalesce(b.days, '{}') * coalesce(c.days, '{}'))
	INTO _offered, _accredited, _agreed
	FROM (
		SELECT v.standard, range_agg(v.days) AS days
		FROM (SELECT s.id AS standard, n.version, daterange(n.valid_from, least(s.valid_to,
			    lead(n.valid_from) OVER (PARTITION BY s.id ORDER BY n.version) - 1), '[]') AS days
			FROM standard s JOIN standard_version n ON n.standard = s.id
			WHERE s.occupation = _occupation AND s.edition = _edition) v
		JOIN standard_level l ON l.standard = v.standard AND l.version = v.version AND l.work_type = _work_type
			AND l.level = _level
		GROUP BY v.standard) o
	CROSS JOIN LATERAL (
		SELECT range_agg(daterange(x.valid_from, x.valid_to, '[]')) AS days
		FROM accreditation x
		WHERE x.body = _a.body AND x.occupation = _occupation AND x.edition = _edition
		AND x.work_type = _work_type AND _level = ANY (x.levels) AND x.suspended_at IS NULL
		AND coalesce(x.standard = o.standard, true)) b
	CROSS JOIN LATERAL (
		SELECT range_agg(daterange(x.valid_from, x.valid_to, '[]')) AS days
		FROM recognition x
		WHERE x.company = _a.company AND x.occupation = _occupation AND x.edition = _edition
		AND coalesce(x.work_type = _work_type, true) AND _level = ANY (x.levels) AND x.suspended_at IS NULL
		AND coalesce(x.standard = o.standard, true)) c;
	RETURN CASE
	    WHEN _offered IS NULL THEN 'level_not_offered'
	    WHEN NOT _offered @> _days THEN 'no_standard_then'
	    WHEN NOT _accredited @> _days THEN 'not_accredited_then'
	    WHEN NOT _agreed @> _days THEN 'not_recognised_then' END;
END
$$;
