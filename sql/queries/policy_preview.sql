-- What setting a policy would do: nothing is stored.
--
-- @arg policy text
-- @arg value text
-- @arg from date?                  null: today
-- @row one
-- @col refusal text?               as policy_set's outcome
-- @col since date
-- @col before text?                what would hold on that day without it
-- @col until date?                 the last day before it is changed again; null: none
SELECT talent._policy_refusal($1::text, $2::text, d.day) AS refusal, d.day AS since,
	talent._policy($1::text, d.day) AS before,
	(SELECT min(v.in_force_from) - 1 FROM talent.policy_version v
		WHERE v.policy = $1::text AND v.in_force_from > d.day) AS until
FROM (SELECT coalesce($3::date, talent._today()) AS day) d
