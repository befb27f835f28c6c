-- Reserves _n consecutive sequence numbers (from 1) for a series (a site of skill_grade, a company of
-- company), kind, year and level (company: empty text). Gaps are allowed: nothing comes back. A series that
-- begins in a year in which a journal was given up may have begun before, on the host that is lost.
--
-- @col first bigint?               null: fewer than _n are left of the 999999 or 99999999
-- @col journal text?
CREATE OR REPLACE FUNCTION talent.numbers_reserve(
	_series uuid, _kind text, _year int, _level text, _n int,
	OUT first bigint, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_last bigint := _series_last(_kind);
BEGIN
	PERFORM _not_held();
	IF _n NOT BETWEEN 1 AND 10000 THEN
		RAISE EXCEPTION 'a block has 1 to 10000 numbers' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	INSERT INTO number_block AS b (series, kind, year, level, next)
	VALUES (_series(_series, _kind), _kind, _year, coalesce(_level, ''), 1 + _n + CASE WHEN EXISTS (
	    SELECT FROM journal_host h
	    WHERE extract(year FROM h.lost_at AT TIME ZONE 'Asia/Shanghai') >= _year)
	    THEN _lost_margin() ELSE 0 END)
	ON CONFLICT (series, kind, year, level) DO UPDATE SET next = b.next + _n
	WHERE b.next + _n <= _last + 1
	RETURNING b.next - _n, concat_ws(' ', 'numbers:', b.series, b.kind, b.year,
	    coalesce(nullif(b.level, ''), '-'), b.next)
	INTO first, journal;
END
$$;
GRANT EXECUTE ON FUNCTION talent.numbers_reserve TO talent_worker, talent_clerk, talent_jobs;
