-- The functions of this name, each with its arguments.
--
-- @arg name text
-- @row many
-- @col signature text
SELECT f.oid::regprocedure::text AS signature FROM pg_proc f
WHERE f.pronamespace = 'talent'::regnamespace AND f.proname = $1::text
