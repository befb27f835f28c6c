-- A migration was applied, or the set of functions replaced.
--
-- @arg name text
-- @arg number int
-- @arg checksum text
-- @arg compatible int
-- @row none
INSERT INTO talent.schema_migration (name, number, checksum, compatible)
VALUES ($1::text, $2::int, $3::text, $4::int)
ON CONFLICT (name) DO UPDATE SET checksum = EXCLUDED.checksum, applied_at = now(), applied_by = session_user
