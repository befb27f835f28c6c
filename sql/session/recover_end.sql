-- The table of recover_begin goes.
--
-- @row none
DROP TABLE talent.recover_line
