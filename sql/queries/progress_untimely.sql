-- What is recorded as having happened before it can have: results of exams that were held later, sessions
-- completed before their last day. Nothing new can be (0025); earlier versions took them. Annulled and superseded results
-- and cancelled sessions are decided and not listed. Not for a shared connection: it reads everything. The
-- oldest come first; total says how many there are.
--
-- @row many
-- @col what text
-- @col id uuid                     of the result or the session
-- @col organisation text           who holds it
-- @col name text                   code of the exam, title of the session
-- @col recorded_on date            the result; completion of the session
-- @col not_before date             the exam was held, the session ended
-- @col total bigint
SELECT u.what, u.id, o.slug AS organisation, u.name, u.recorded_on, u.not_before, count(*) OVER () AS total
FROM (
	SELECT 'result_before_exam' AS what, a.id, e.body AS holder, e.code AS name,
		talent._day(a.recorded_at) AS recorded_on, e.held_on AS not_before
	FROM talent.assessment a JOIN talent.exam e ON e.id = a.exam
	WHERE a.state NOT IN ('annulled', 'superseded') AND talent._day(a.recorded_at) < e.held_on
	UNION ALL
	SELECT 'completion_before_end', s.id, s.institution, s.title, s.completed_on, s.ends_on
	FROM talent.training_session s
	WHERE s.state = 'completed' AND s.completed_on < s.ends_on
) u
JOIN talent.organisation o ON o.id = u.holder
ORDER BY u.recorded_on, u.id
LIMIT 100
