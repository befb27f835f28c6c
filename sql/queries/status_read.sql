-- What has changed since rev: the one primary read behind every verdict.
--
-- @arg rev bigint
-- @row one
-- @col rev bigint
-- @col now instant
-- @col today date
-- @col in_recovery bool
-- @col changed text?               certificates of events with a later rev, comma separated; 1000 at most
-- @col overflow bool               more than 1000, or a key was revoked: drop every cached verdict
-- @col epoch bigint?               as verdict_clock; null in recovery
-- @col held bool                   a journal has what this history has not, or not all have been
--                                  compared in this epoch: no verdict
SELECT k.rev, k.now, k.today, k.in_recovery,
	CASE WHEN k.rev > $1::bigint THEN (
		SELECT string_agg(c.certificate::text, ',') FROM (
			SELECT e.certificate FROM talent.certificate_event e
			WHERE e.rev > $1::bigint ORDER BY e.rev LIMIT 1000) c) END AS changed,
	k.forget_rev > $1::bigint OR (k.rev > $1::bigint AND EXISTS (
		SELECT FROM talent.certificate_event e
		WHERE e.rev > $1::bigint ORDER BY e.rev OFFSET 1000 LIMIT 1)) AS overflow,
	k.epoch, k.held
FROM talent.verdict_clock k
