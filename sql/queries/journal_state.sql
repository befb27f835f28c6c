-- How far a host's journal has been compared, and whether it has to be compared in this epoch.
--
-- @arg host uuid
-- @row one
-- @col compared bigint             0: nothing yet
-- @col due bool
-- @col silent bool                it has not been heard of in this epoch, or not for ten seconds: it
--                                  should tell of itself before it reads
-- @col held bool                   a gap was found
SELECT coalesce(h.compared, 0) AS compared,
	(h.epoch IS DISTINCT FROM e.now OR k.cleared_epoch IS DISTINCT FROM e.now) AS due,
	(h.present IS DISTINCT FROM e.now OR h.seen_at < now() - interval '10 s') AS silent, k.held
FROM talent.status_clock k
CROSS JOIN (SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint AS now) e
LEFT JOIN talent.journal_host h ON h.id = $1::uuid
