-- Brings a person's standing in every programme up to what is recorded of the person, and records each
-- difference as deltas: +1 where the person now counts, -1 where the unit was. A person counts once, in
-- the bucket of the earliest unit. Of people who are one it is who stands for them. The caller holds the person's row; two callers for one person
-- never run at once, so nobody is counted twice.
CREATE OR REPLACE FUNCTION talent._recount_person(_person uuid) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	_filling text := pg_advisory_xact_lock_shared(7105, 0);	-- has ended, before the next statement
	_all uuid[] := talent._persons_held(_person);
	_one uuid := _all[1];
BEGIN
	WITH mine AS MATERIALIZED (
		SELECT c.* FROM talent.counted c
		WHERE c.of = 'person' AND c.source = ANY (_all) AND c.filled
	), want AS (
		SELECT DISTINCT ON (m.programme, m.measure) m.*
		FROM mine m
		WHERE m.inside AND m.ended IS NULL
		AND NOT EXISTS (SELECT FROM mine b WHERE NOT b.inside AND b.void IS NULL
		    AND b.programme = m.programme AND b.measure = m.measure)
		ORDER BY m.programme, m.measure, m.day, m.at, m.unit
	), diff AS MATERIALIZED (
		SELECT coalesce(w.programme, h.programme) AS programme,
		    coalesce(w.measure, h.measure) AS measure, w.unit, w.district, w.area, w.organisation,
		    w.occupation, w.edition, w.work_type, w.level, w.month, h.unit AS old,
		    h.district AS old_district, h.area AS old_area, h.organisation AS old_organisation,
		    h.occupation AS old_occupation, h.edition AS old_edition,
		    h.work_type AS old_work_type, h.level AS old_level, h.month AS old_month
		FROM want w
		FULL JOIN (SELECT * FROM talent.person_standing WHERE person = _one) h
		    ON h.programme = w.programme AND h.measure = w.measure
		WHERE w.unit IS DISTINCT FROM h.unit
	), gone AS (
		DELETE FROM talent.person_standing s USING diff d
		WHERE s.person = _one AND s.programme = d.programme AND s.measure = d.measure
		AND d.unit IS NULL
	), kept AS (
		INSERT INTO talent.person_standing (person, programme, measure, unit, district, area,
		    organisation, occupation, edition, work_type, level, month)
		SELECT _one, d.programme, d.measure, d.unit, d.district, d.area, d.organisation,
		    d.occupation, d.edition, d.work_type, d.level, d.month
		FROM diff d WHERE d.unit IS NOT NULL
		ON CONFLICT (person, programme, measure) DO UPDATE
		SET unit = excluded.unit, district = excluded.district, area = excluded.area,
		    organisation = excluded.organisation, occupation = excluded.occupation,
		    edition = excluded.edition, work_type = excluded.work_type, level = excluded.level,
		    month = excluded.month
	)
	INSERT INTO talent.count_delta (programme, measure, district, area, organisation, occupation, edition,
	    work_type, level, month, n)
	SELECT d.programme, d.measure, d.old_district, d.old_area, d.old_organisation, d.old_occupation,
	    d.old_edition, d.old_work_type, d.old_level, d.old_month, -1
	FROM diff d WHERE d.old IS NOT NULL
	UNION ALL
	SELECT d.programme, d.measure, d.district, d.area, d.organisation, d.occupation, d.edition,
	    d.work_type, d.level, d.month, 1
	FROM diff d WHERE d.unit IS NOT NULL;
END
$$;
