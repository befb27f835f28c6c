-- What the login of this session may do, and where it leads. A limit of -1 is none.
--
-- @row one
-- @col user text
-- @col database text
-- @col superuser bool
-- @col owner bool                  talent_owner, or may act as it
-- @col worker bool
-- @col jobs bool
-- @col cluster text                the system identifier
-- @col oid bigint                  the database's
-- @col connections bigint          so many may be open at once
SELECT session_user::text AS "user", current_database()::text AS database, me.rolsuper AS superuser,
	EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'talent_owner'
		AND pg_has_role(session_user, r.oid, 'MEMBER')) AS owner,
	EXISTS (SELECT FROM pg_roles r WHERE r.rolname = 'talent_worker'
		AND pg_has_role(session_user, r.oid, 'USAGE')) AS worker,
	EXISTS (SELECT FROM pg_roles r WHERE r.rolname IN ('talent_jobs', 'talent_clerk')
		AND pg_has_role(session_user, r.oid, 'USAGE')) AS jobs,
	(SELECT system_identifier::text FROM pg_control_system()) AS cluster, d.oid::bigint AS oid,
	least(current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint,
		nullif(me.rolconnlimit, -1), nullif(d.datconnlimit, -1)) AS connections
FROM pg_roles me, pg_database d
WHERE me.rolname = session_user AND d.datname = current_database()
