-- What was applied under a name.
--
-- @arg name text
-- @row maybe
-- @col checksum text
SELECT checksum FROM talent.schema_migration WHERE name = $1::text
