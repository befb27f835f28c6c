-- A table for what journals say, for as long as the transaction of a recovery.
--
-- @row none
CREATE TABLE talent.recover_line (journal uuid, n bigint, w text[])
