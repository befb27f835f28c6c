-- Whether a programme's window could become that one.
--
-- @arg programme text
-- @arg from date?
-- @arg to date?
-- @row one
-- @col refusal text?               as programme_change's outcome
-- @col window_from date?
-- @col window_to date?
SELECT talent._window_refusal($1::text, $2::date, $3::date) AS refusal,
	coalesce($2::date, p.window_from) AS window_from, coalesce($3::date, p.window_to) AS window_to
FROM (SELECT $1::text AS slug) s
LEFT JOIN talent.programme p ON p.slug = s.slug
