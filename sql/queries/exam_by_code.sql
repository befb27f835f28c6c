-- A body's exam by its own code.
--
-- @arg body uuid
-- @arg code text
-- @row maybe
-- @cols exam_summary
SELECT f.id, f.code, f.state, f.body, f.body_slug, f.body_name, f.partner, f.partner_slug,
	f.partner_name, f.session, f.occupation, f.edition, f.occupation_name,
	f.work_type_name AS work_type, f.work_type AS work_type_slug, f.level, f.level_name,
	f.held_on, f.publicity_days, f.district, f.site, f.site_name, f.standing, f.standard_name AS standard,
	f.candidate_group, f.roster_required
FROM talent.exam_facts f
WHERE f.body = $1::uuid AND f.code = $2::text
