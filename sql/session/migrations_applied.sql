-- The migrations that this database has, and its set of functions, in their order.
--
-- @row many
-- @col name text
-- @col number int
-- @col checksum text
-- @col compatible int              a program that knows this number can work with it; 0: none but one that knows it
SELECT name, number, checksum, compatible FROM talent.schema_migration ORDER BY number
