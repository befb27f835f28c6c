-- How the server stands that answers, for verdicts: what the status clock says, its time, and
-- which server it is.
-- held: a journal has what this history has not, or not all have been compared since this
-- server started: no verdict.
-- epoch: of this run of this server on this timeline and this copy of the data: revs of two
-- epochs do not compare. Null while in recovery. The system identifier is not in it, because
-- reading it reads a file: each connection is asked for it once (db/timeline.h).
CREATE OR REPLACE VIEW talent.verdict_clock AS
SELECT k.rev, talent._instant(now()) AS now, talent._today() AS today,
	pg_is_in_recovery() AS in_recovery,
	CASE WHEN NOT pg_is_in_recovery() THEN hashtextextended(concat_ws(' ',
		left(pg_walfile_name(pg_current_wal_lsn()), 8),
		extract(epoch FROM pg_postmaster_start_time()), k.tableoid), 0) END AS epoch,
	k.forget_rev,
	k.held OR coalesce(k.cleared_epoch <>
		(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, false) AS held
FROM talent.status_clock k
WHERE k.single;
GRANT SELECT ON talent.verdict_clock TO talent_worker, talent_clerk, talent_jobs;
