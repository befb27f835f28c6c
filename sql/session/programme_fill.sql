-- Fills all of a programme's measures.
--
-- @arg programme text
-- @row one
-- @col done text
SELECT talent._programme_fill($1::text)::text AS done
