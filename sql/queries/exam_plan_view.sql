-- The plan of an exam that is in force, and whose the exam is; version null: none was filed.
--
-- @arg exam uuid
-- @row maybe
-- @col exam uuid
-- @col body uuid
-- @col district text
-- @col version int?
-- @col candidates int?
-- @col rooms int?
-- @col stations int?
-- @col invigilators int?
-- @col panel int?
-- @col assessors text              a JSON array of {"number","name"}
-- @col supervisors text            the same
-- @col lacks text                  comma separated
-- @col filed_at instant?
SELECT e.id AS exam, e.body, e.district, p.version, p.candidates, p.rooms, p.stations, p.invigilators, p.panel,
	(SELECT coalesce(jsonb_agg(jsonb_build_object('number', s.number, 'name', s.name) ORDER BY s.number), '[]')::text
	FROM talent.exam_staff s WHERE s.plan = p.id AND s.role = 'assessor') AS assessors,
	(SELECT coalesce(jsonb_agg(jsonb_build_object('number', s.number, 'name', s.name) ORDER BY s.number), '[]')::text
	FROM talent.exam_staff s WHERE s.plan = p.id AND s.role = 'supervisor') AS supervisors,
	coalesce(array_to_string(p.lacks, ','), '') AS lacks, talent._instant(p.filed_at) AS filed_at
FROM talent.exam e
LEFT JOIN LATERAL (SELECT * FROM talent.exam_plan x WHERE x.exam = e.id ORDER BY x.version DESC LIMIT 1) p ON true
WHERE e.id = $1::uuid
