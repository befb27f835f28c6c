-- Items of background jobs that failed: given up, or to be tried again; by job and item, behind the cursor.
--
-- @arg after_job text?
-- @arg after_item text?
-- @arg limit int
-- @row many
-- @col job text
-- @col item text
-- @col state text                  given_up, to_be_tried, at_work
-- @col tries int
-- @col reason text                 of the last failure: a problem's code, or unfinished
-- @col since instant
-- @col next_try_at instant?        not before; null: it was given up, or somebody is at it
-- @col given_up_at instant?
SELECT j.job, j.item, CASE WHEN j.given_up_at IS NOT NULL THEN 'given_up'
		WHEN j.owner IS NOT NULL AND j.ready_at > now() THEN 'at_work' ELSE 'to_be_tried' END AS state,
	j.tries, j.reason, talent._instant(j.since) AS since,
	CASE WHEN j.given_up_at IS NULL AND j.owner IS NULL THEN talent._instant(j.ready_at) END AS next_try_at,
	talent._instant(j.given_up_at) AS given_up_at
FROM talent.job_item j
WHERE (j.job, j.item) > (coalesce($1::text, ''), coalesce($2::text, '')) AND j.reason IS NOT NULL
ORDER BY j.job, j.item
LIMIT $3::int
