-- Whether the schema has a table of this name: a database that is not migrated yet has none.
--
-- @arg name text
-- @row one
-- @col known bool
SELECT to_regclass($1::text) IS NOT NULL AS known
