-- Settings of our roles and of this database that sql/bootstrap.sql does not make: what it makes stands in ours.
--
-- @row many
-- @col role text?                  null: whoever logs in
-- @col database text?              null: every database
-- @col setting text                its name
WITH ours (role, setting) AS (VALUES
	('', 'TimeZone=UTC'), ('', 'DateStyle=ISO, YMD'),
	('', 'default_transaction_isolation=read committed'),
	('talent_worker', 'lock_timeout=500ms'), ('talent_worker', 'statement_timeout=2s'),
	('talent_worker', 'idle_in_transaction_session_timeout=5s')
	UNION ALL SELECT r.name, s.setting
	FROM (VALUES ('talent_worker'), ('talent_jobs'), ('talent_clerk')) r (name),
		(VALUES ('plan_cache_mode=force_generic_plan'), ('jit=off'), ('log_error_verbosity=terse'),
		('log_parameter_max_length=0'), ('log_parameter_max_length_on_error=0')) s (setting))
SELECT r.rolname::text AS role, d.datname::text AS database, split_part(u.setting, '=', 1) AS setting
FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) u (setting)
LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
WHERE (s.setdatabase = 0 OR d.datname = current_database())
	AND (s.setrole = 0 OR r.rolname IN ('talent_owner', 'talent_worker', 'talent_jobs', 'talent_clerk', session_user))
	AND NOT (s.setdatabase <> 0 AND EXISTS (SELECT FROM ours o WHERE o.role = coalesce(r.rolname, '')
		AND lower(o.setting) = lower(u.setting)))
ORDER BY 1 NULLS FIRST, 2, 3
