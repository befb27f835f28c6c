-- assessments_due(limit int)
-- args: 1
-- Passes whose publicity and company window are over and that wait to be published, oldest
-- first. For the clerk; load each with exam_load and store with assessment_publish.
-- Result: id · exam_id · name · supplied_number or null · publish_on
SELECT a.id, a.exam AS exam_id, a.name, a.supplied_number, a.publish_on
FROM talent.assessment a
WHERE a.state = 'awaiting_publication' AND a.publish_on <= talent._today()
ORDER BY a.publish_on, a.id
LIMIT $1::int
