-- Writes keys of names: [{"person", "n", "joined", "ordered"}, ...].
--
-- @arg keys json
-- @arg rule int
-- @row none
UPDATE talent.known_name k SET rule = $2::int::smallint, joined = j.joined, ordered = j.ordered
FROM json_to_recordset($1::json) j (person uuid, n int, joined text, ordered text)
WHERE k.person = j.person AND k.n = j.n
