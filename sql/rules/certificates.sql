-- Certificates issued, by the day of issue. Revoked ones have been issued; those of an annulled result
-- never were. (Each has a state: an outer join may be left out where nobody asks for it.)
--
-- @of publication
SELECT c.assessment AS source, c.id AS unit, c.issued_on AS day, c.issued_at AS at,
	c.district, c.body AS organisation, c.occupation, c.edition, c.work_type, c.level, c.kind,
	talent._day(coalesce(c.recorded_at, c.issued_at)) AS recorded,
	CASE WHEN s.state = 'void' THEN talent._ended_on(c.id, '{voided}', s.revoked_on) END AS ended,
	NULL::date AS void
FROM talent.certificate c
LEFT JOIN talent.certificate_state s ON s.certificate = c.id
