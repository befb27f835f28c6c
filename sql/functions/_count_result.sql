-- Counts a result and its certificates, or the certificates alone, in every programme that takes them: _n
-- is 1 when they are stored, -1 when they are taken back.
CREATE OR REPLACE FUNCTION talent._count_result(_assessment uuid, _n int, _result boolean DEFAULT true)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	_filling text := pg_advisory_xact_lock_shared(7105, 0);	-- has ended, before the next statement
BEGIN
	INSERT INTO talent.count_delta (programme, measure, district, area, organisation, occupation, edition,
	    work_type, level, month, n)
	SELECT c.programme, c.measure, c.district, c.area, c.organisation, c.occupation, c.edition,
	    c.work_type, c.level, c.month, _n
	FROM talent.counted c
	WHERE c.of IN ('result', 'publication') AND c.source = _assessment AND c.filled AND c.inside
	AND (_result OR c.of = 'publication');
END
$$;
