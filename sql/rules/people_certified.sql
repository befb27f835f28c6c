-- People who hold a live skill-grade certificate, by the day of its issue. Live: neither revoked nor
-- annulled; suspension, expiry and replacement change nothing. One that was annulled was never issued.
-- Whose holder was erased stays what it was then.
--
-- @of person
SELECT s.person AS source, c.id AS unit, c.issued_on AS day, c.issued_at AS at,
	c.district, c.body AS organisation, c.occupation, c.edition, c.work_type, c.level, NULL::text AS kind,
	talent._day(coalesce(c.recorded_at, c.issued_at)) AS recorded,
	CASE WHEN s.state = 'void' OR (s.state = 'revoked' AND (s.erased_from = 'revoked') IS NOT false)
	    THEN talent._ended_on(c.id, '{revoked,voided}', s.revoked_on) END AS ended,
	CASE WHEN s.state = 'void' THEN talent._ended_on(c.id, '{voided}', s.revoked_on) END AS void
FROM talent.certificate_state s
JOIN talent.certificate c ON c.id = s.certificate
WHERE s.kind = 'skill_grade'
