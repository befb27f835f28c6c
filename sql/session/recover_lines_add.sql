-- Lines of a journal, which follow each other from a number on.
--
-- @arg journal uuid
-- @arg first bigint
-- @arg lines text                  with line feeds between them
-- @row none
INSERT INTO talent.recover_line
SELECT $1::uuid, $2::bigint + l.at - 1, string_to_array(l.line, ' ')
FROM unnest(string_to_array($3::text, E'\n')) WITH ORDINALITY l (line, at)
