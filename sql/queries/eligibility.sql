-- What speaks against a candidate in an exam, see _eligibility; and what the body declares of him, as it is kept.
--
-- @arg exam uuid
-- @arg id_hash bytea?
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
FROM (SELECT talent._declared($4::text, $5::int, $6::text, $7::text) AS declared OFFSET 0) d
CROSS JOIN LATERAL talent._eligibility($1::uuid, (SELECT p.id FROM talent.person p WHERE p.id_hash = $2::bytea),
	$3::date, d.declared) e
