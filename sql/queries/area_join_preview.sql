-- What putting an organisation into an area from a day on touches: a row for each programme that counts by areas it
-- leaves or comes into, if its window is not over by then; at least one row, without a programme. What each would count
-- is for progress_audit to say. Other programmes count the same whatever area it is in.
--
-- @arg area text                   none: out of any
-- @arg organisation text
-- @arg from date
-- @row many
-- @col refusal text?               as area_join's outcome
-- @col was text?                   the area that it is in on that day
-- @col exams bigint                its exams that are open, of that day or later
-- @col programme text?
-- @col window_from date?
-- @col window_to date?
SELECT CASE WHEN w.outcome NOT IN ('joined', 'replayed') THEN w.outcome END AS refusal,
	(SELECT a.area FROM talent.organisation_area a
		WHERE a.organisation = w.id AND $3::date BETWEEN a.valid_from AND a.valid_to) AS was,
	(SELECT count(*) FROM talent.exam x
		WHERE x.body = w.id AND x.state = 'open' AND x.held_on >= $3::date) AS exams,
	p.slug AS programme, p.window_from, p.window_to
FROM (SELECT talent._area_outcome($1::text, $2::text, $3::date) AS outcome,
	(SELECT o.id FROM talent.organisation o WHERE o.slug = $2::text) AS id) w
LEFT JOIN talent.programme p ON w.outcome = 'joined' AND p.window_to >= $3::date
	AND (p.area = $1::text OR p.area IN (SELECT a.area FROM talent.organisation_area a
		WHERE a.organisation = w.id AND a.valid_to >= $3::date))
ORDER BY p.slug
