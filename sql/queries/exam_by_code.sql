-- exam_by_code(body uuid, code text)
-- args: 2
-- A body's exam by its own code. At most one row.
-- Result: id · code · state (open, closed) · body uuid · body_slug · body_name
--   partner uuid or null · partner_slug · partner_name · session uuid or null · occupation
--   edition · occupation_name · work_type (Chinese name) · work_type_slug · level · level_name
--   held_on · publicity_days int · district · standing (as exam_load) · assessed int
SELECT f.id, f.code, f.state, f.body, f.body_slug, f.body_name, f.partner, f.partner_slug,
	f.partner_name, f.session, f.occupation, f.edition, f.occupation_name,
	f.work_type_name AS work_type, f.work_type AS work_type_slug, f.level, f.level_name,
	f.held_on, f.publicity_days, f.district, f.standing,
	(SELECT count(*) FROM talent.assessment a WHERE a.exam = f.id) AS assessed
FROM talent.exam_facts f
WHERE f.body = $1::uuid AND f.code = $2::text
