-- Every value that a policy was given, the last one first; or one of them.
--
-- @arg policy text
-- @arg id uuid?
-- @row many
-- @col policy text
-- @col version int
-- @col value text
-- @col since date?                 null: ever
-- @col reason text
-- @col set_by uuid?                null: the registry itself
-- @col set_by_name text?           the staff member, when it is known who
-- @col set_at instant
SELECT v.policy, v.version, v.value, CASE WHEN isfinite(v.in_force_from) THEN v.in_force_from END AS since,
	v.reason, v.set_by, a.name AS set_by_name, talent._instant(v.set_at) AS set_at
FROM talent.policy_version v
LEFT JOIN LATERAL (SELECT p.name FROM talent.actor p WHERE p.id = v.set_by LIMIT 1) a ON true
WHERE v.policy = $1::text AND ($2::uuid IS NULL OR v.id = $2::uuid)
ORDER BY v.version DESC
