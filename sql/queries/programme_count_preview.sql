-- Whether a programme could count these measures, and what it takes of them.
--
-- @arg programme text
-- @arg measures text[]
-- @row one
-- @col refusal text?               as programme_count's outcome
-- @col window_from date?
-- @col window_to date?
-- @col district_prefix text?
-- @col area text?
-- @col occupations text[]?         null: all
SELECT CASE WHEN p.slug IS NULL THEN 'not_found' ELSE talent._measures_refusal($2::text[]) END AS refusal,
	p.window_from, p.window_to, p.district_prefix, p.area, p.occupations
FROM (SELECT $1::text AS slug) s
LEFT JOIN talent.programme p ON p.slug = s.slug
