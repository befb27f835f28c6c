-- Counts a session that was completed, and each completion, in every programme that takes them.
CREATE OR REPLACE FUNCTION talent._count_session(_session uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	_filling text := pg_advisory_xact_lock_shared(7105, 0);	-- has ended, before the next statement
BEGIN
	INSERT INTO talent.count_delta (programme, measure, district, area, organisation, occupation, edition,
	    work_type, level, month, n)
	SELECT c.programme, c.measure, c.district, c.area, c.organisation, c.occupation, c.edition,
	    c.work_type, c.level, c.month, count(*)
	FROM talent.counted c
	WHERE c.filled AND c.inside AND c.of = 'session' AND c.source = _session
	GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
END
$$;
