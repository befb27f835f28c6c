-- The first line of a journal that is not as a daemon writes it.
--
-- @arg journal uuid
-- @row maybe
-- @col n bigint
-- @col line text
SELECT l.n, x.line
FROM talent.recover_line l
CROSS JOIN LATERAL (SELECT array_to_string(l.w, ' ') AS line) x
WHERE l.journal = $1::uuid AND NOT talent._journal_line_ok(x.line)
ORDER BY l.n
LIMIT 1
