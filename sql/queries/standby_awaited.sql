-- Whether COMMITs wait for a synchronous standby that does not take them: none is connected, or a
-- session of ours has waited for two seconds. (Of other roles' sessions nothing but their rows is seen.)
--
-- @row one
-- @col awaited bool
-- @col standbys text               as they are named in synchronous_standby_names
SELECT n.standbys <> '' AND (NOT EXISTS (SELECT FROM pg_stat_replication) OR EXISTS (
		SELECT FROM pg_stat_activity a
		WHERE a.wait_event = 'SyncRep' AND a.state_change < clock_timestamp() - interval '2 s'))
	AS awaited, n.standbys
FROM (SELECT current_setting('synchronous_standby_names') AS standbys) n
