-- One training session.
--
-- @arg session uuid
-- @row maybe
-- @cols session
SELECT s.id, s.institution, o.slug AS institution_slug, o.name AS institution_name, s.title,
	s.occupation, s.edition, w.name AS work_type, s.work_type AS work_type_slug, s.level,
	s.starts_on, s.ends_on, s.hours, s.capacity, s.district, s.site, si.name AS site_name, s.state,
	talent._instant(coalesce(s.state_since, s.recorded_at, s.created_at)) AS since, s.state_reason AS reason,
	coalesce((SELECT string_agg(l.action, ',' ORDER BY l.place) FROM talent.life l
		WHERE l.noun = 'session' AND l.state = s.state), '') AS allowed, s.completed_on,
	n.enrolled, n.completed, (SELECT d.name FROM talent.standard d WHERE d.id = s.standard) AS standard
FROM talent.training_session s
JOIN talent.organisation o ON o.id = s.institution
LEFT JOIN LATERAL (SELECT x.name FROM talent.site x WHERE x.id = s.site LIMIT 1) si ON true
JOIN talent.work_type w ON w.occupation = s.occupation AND w.edition = s.edition
	AND w.slug = s.work_type
CROSS JOIN LATERAL (
	SELECT count(*) FILTER (WHERE e.state <> 'withdrawn') AS enrolled,
		count(*) FILTER (WHERE e.state = 'completed') AS completed
	FROM talent.enrolment e WHERE e.session = s.id
) n
WHERE s.id = $1::uuid
