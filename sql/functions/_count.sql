-- Counts _n of each measure on its day, for every programme whose window and districts
-- cover it. A null measure is left out.
CREATE OR REPLACE FUNCTION talent._count(_measures text[], _days date[], _district text,
	_body uuid, _level text, _n int) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO talent.count_delta (programme, measure, district, body, level, month, n)
	SELECT p.slug, m.measure, _district, _body, coalesce(_level, ''),
	    date_trunc('month', m.day)::date, _n
	FROM unnest(_measures, _days) m (measure, day)
	JOIN talent.programme p ON m.measure IS NOT NULL
	    AND m.day BETWEEN p.window_from AND p.window_to
	    AND starts_with(_district, p.district_prefix);
END
$$;
