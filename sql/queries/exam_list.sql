-- Exams, newest first, after the cursor: all, or those of a state, or with a group of
-- candidates.
--
-- @arg body uuid?
-- @arg partner uuid?
-- @arg districts text?             comma separated
-- @arg state text?
-- @arg candidate_group text?
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols exam_summary
SELECT f.id, f.code, f.state, f.body, f.body_slug, f.body_name, f.partner, f.partner_slug,
	f.partner_name, f.session, f.occupation, f.edition, f.occupation_name,
	f.work_type_name AS work_type, f.work_type AS work_type_slug, f.level, f.level_name,
	f.held_on, f.publicity_days, f.district, f.site, f.site_name, f.standing, f.standard_name AS standard,
	f.candidate_group, f.roster_required
FROM talent.exam_facts f
WHERE ($1::uuid IS NULL OR f.body = $1::uuid)
	AND ($2::uuid IS NULL OR f.partner = $2::uuid)
	AND ($3::text IS NULL OR f.district = ANY (string_to_array($3::text, ',')))
	AND ($4::text IS NULL OR f.state = $4::text)
	AND ($5::text IS NULL OR f.candidate_group = $5::text)
	AND ($6::uuid IS NULL OR f.id < $6::uuid)
ORDER BY f.id DESC
LIMIT $7::int
