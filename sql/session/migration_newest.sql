-- The last migration that this database has.
--
-- @row one
-- @col number int?
SELECT max(number) AS number FROM talent.schema_migration
