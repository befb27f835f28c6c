-- The background jobs by name, behind the cursor, and how far they are (job_progress).
--
-- @arg after text?
-- @arg limit int
-- @row many
-- @col job text
-- @col waiting int                 at most 10,000 are counted
-- @col working int
-- @col given_up int
SELECT p.job, p.waiting, p.working, p.given_up
FROM talent.job_progress() p
WHERE p.job > coalesce($1::text, '')
ORDER BY p.job
LIMIT $2::int
