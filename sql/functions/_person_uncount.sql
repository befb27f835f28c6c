-- Takes a person out of every measure of people in which it counts. The caller holds the person's row.
CREATE OR REPLACE FUNCTION talent._person_uncount(_person uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	_filling text := pg_advisory_xact_lock_shared(7105, 0);	-- has ended, before the next statement
BEGIN
	WITH gone AS (
		DELETE FROM talent.person_standing s WHERE s.person = _person RETURNING s.*
	)
	INSERT INTO talent.count_delta (programme, measure, district, area, organisation, occupation, edition,
	    work_type, level, month, n)
	SELECT g.programme, g.measure, g.district, g.area, g.organisation, g.occupation, g.edition, g.work_type, g.level,
	    g.month, -1
	FROM gone g;
END
$$;
