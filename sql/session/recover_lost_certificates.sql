-- Certificates that were signed and are not here.
--
-- @row many
-- @col number text
-- @col version uuid
-- @col state text
SELECT number, version, state FROM talent.lost_certificate ORDER BY number, version
