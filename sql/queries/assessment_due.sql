-- A pass that waits to be published, and what of storing it would be refused. None: it waits no more, or is being
-- checked again.
--
-- @arg assessment uuid
-- @row maybe
-- @col exam_id uuid
-- @col name text
-- @col supplied_number text?
-- @col printed_on date?            on which the public certificate was issued
-- @col certified text?             number of the certificate that the person has already
-- @col number_taken boolean        the supplied one
-- @col public_standing text?       its company has vetoed it: the exam's standing for the public certificate alone
SELECT a.exam AS exam_id, a.name, a.supplied_number, a.printed_on,
	talent._live_grade(a.person, e.occupation, e.work_type, e.level) AS certified,
	CASE WHEN a.supplied_number IS NULL THEN false
		ELSE talent._number_taken(a.supplied_number, e.body, a.id, e.site) END AS number_taken,
	CASE WHEN EXISTS (SELECT FROM talent.company_decision d WHERE d.assessment = a.id AND d.decision = 'vetoed')
		THEN (SELECT f.public_standing FROM talent.exam_facts f WHERE f.id = a.exam) END AS public_standing
FROM talent.assessment a JOIN talent.exam e ON e.id = a.exam
WHERE a.id = $1::uuid AND a.state = 'awaiting_publication'
	AND (SELECT r.state FROM talent.recheck r WHERE r.assessment = a.id) IS DISTINCT FROM 'open'
