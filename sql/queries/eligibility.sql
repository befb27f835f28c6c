-- What speaks against a candidate in an exam, see _eligibility; and what the body declares of him, as it is kept.
--
-- @arg exam uuid
-- @arg id_hash bytea?
-- @arg name text?
-- @arg born date?
-- @arg level text?
-- @arg years int?
-- @arg education text?
-- @arg basis text?                 null: nothing is declared
-- @row one
-- @col sitting text                first, resit
-- @col advancement text            first, promotion
-- @col warned text                 comma separated
-- @col refused text
-- @col declared text?              JSON
SELECT e.sitting, e.advancement, array_to_string(e.warned, ',') AS warned, array_to_string(e.refused, ',') AS refused,
	d.declared::text AS declared
FROM (SELECT talent._declared($5::text, $6::int, $7::text, $8::text) AS declared OFFSET 0) d
CROSS JOIN LATERAL talent._eligibility($1::uuid, talent._person_of($2::bytea, $3::text),
	$4::date, d.declared) e
