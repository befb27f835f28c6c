-- status_read(rev bigint)
-- args: 1
-- What has changed since rev: the one primary read behind every verdict.
-- Result, one row: rev bigint · now text (RFC 3339) · today date · in_recovery bool
--   changed text (certificate uuids, comma separated, of events with a later rev, at most
--   1000) · overflow bool (more than 1000, or a key was revoked: drop every
--   cached verdict)
--   epoch bigint (of this run of the server and this copy of the data: revs of two epochs
--   do not compare) · held bool (a journal has what this history has not, or not all have been
--   compared in this epoch: no verdict)
SELECT k.rev, talent._instant(now()) AS now, talent._today() AS today,
	pg_is_in_recovery() AS in_recovery,
	CASE WHEN k.rev > $1::bigint THEN (
		SELECT string_agg(c.certificate::text, ',') FROM (
			SELECT e.certificate FROM talent.certificate_event e
			WHERE e.rev > $1::bigint ORDER BY e.rev LIMIT 1000) c) END AS changed,
	k.forget_rev > $1::bigint OR (k.rev > $1::bigint AND EXISTS (
		SELECT FROM talent.certificate_event e
		WHERE e.rev > $1::bigint ORDER BY e.rev OFFSET 1000 LIMIT 1)) AS overflow,
	(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint + k.tableoid::bigint
		AS epoch,
	(k.held OR coalesce(k.cleared_epoch <>
		(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, false)) AS held
FROM talent.status_clock k
