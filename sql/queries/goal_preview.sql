-- What a goal would show today, with what is counted now: nothing is stored.
--
-- @arg programme text
-- @arg key text
-- @arg goal json
-- @json goal new_goal
-- @row one
-- @col refusal text?               as goal_set's outcome
-- @col window_from date?
-- @col window_to date?
-- @col today date
-- @col count bigint
SELECT talent._goal_refusal($1::text, $2::text, json_populate_record(NULL::talent.new_goal, $3::json)) AS refusal,
	p.window_from, p.window_to, talent._today() AS today,
	coalesce((SELECT sum(u.n) FROM (
		SELECT g.measure, g.n FROM talent.count_grand g WHERE g.programme = $1::text
		UNION ALL
		SELECT d.measure, d.n FROM talent.count_delta d WHERE d.programme = $1::text) u
	WHERE u.measure = ANY ((json_populate_record(NULL::talent.new_goal, $3::json)).measures)), 0)::bigint AS count
FROM (SELECT $1::text AS slug) s
LEFT JOIN talent.programme p ON p.slug = s.slug
