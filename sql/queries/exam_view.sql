-- One exam, and how many have a result in it.
--
-- @arg exam uuid
-- @row maybe
-- @cols exam_summary
-- @col assessed bigint
SELECT f.id, f.code, f.state, f.body, f.body_slug, f.body_name, f.partner, f.partner_slug,
	f.partner_name, f.session, f.occupation, f.edition, f.occupation_name,
	f.work_type_name AS work_type, f.work_type AS work_type_slug, f.level, f.level_name,
	f.held_on, f.publicity_days, f.district, f.site, f.site_name, f.standing, f.standard_name AS standard,
	f.candidate_group, f.roster_required,
	(SELECT count(*) FROM talent.assessment a WHERE a.exam = f.id AND a.state <> 'superseded')
		AS assessed
FROM talent.exam_facts f
WHERE f.id = $1::uuid
