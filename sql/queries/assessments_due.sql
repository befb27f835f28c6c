-- Passes whose publicity and company window are over and that wait to be published, oldest
-- first, behind the given one. For the clerk; take each with assessment_claim, load it with
-- exam_load and store with assessment_publish. What could not be published for a passing reason stays in the list, hence
-- the cursor.
--
-- @arg limit int
-- @arg after_day date?
-- @arg after uuid?
-- @row many
-- @col id uuid
-- @col exam_id uuid
-- @col name text
-- @col supplied_number text?
-- @col publish_on date
SELECT a.id, a.exam AS exam_id, a.name, a.supplied_number, a.publish_on
FROM talent.assessment a
WHERE a.state = 'awaiting_publication' AND a.publish_on <= talent._today()
	AND (a.publish_on, a.id) > (coalesce($2::date, '-infinity'),
		coalesce($3::uuid, '00000000-0000-0000-0000-000000000000'))
ORDER BY a.publish_on, a.id
LIMIT $1::int
