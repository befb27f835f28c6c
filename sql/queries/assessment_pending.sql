-- assessment_pending(assessment uuid)
-- args: 1
-- A pass that waits for its publication, for the clerk. No row: it waits no more.
-- Result: id · exam_id · name · supplied_number or null
SELECT a.id, a.exam AS exam_id, a.name, a.supplied_number
FROM talent.assessment a
WHERE a.id = $1::uuid AND a.state = 'awaiting_publication'
