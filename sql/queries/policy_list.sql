-- Policies by name, after the cursor, or one: what holds today, and what comes next.
--
-- @arg name text?
-- @arg after text?
-- @arg limit int
-- @row many
-- @col name text
-- @col title text
-- @col title_en text
-- @col applies_to text
-- @col applies_to_en text
-- @col unit text?                  null: one of words
-- @col least int?
-- @col most int?
-- @col words text?
-- @col value text
-- @col since date?                 null: ever
-- @col next_value text?
-- @col next_from date?
SELECT p.name, p.title, p.title_en, p.applies_to, p.applies_to_en, p.unit, p.least, p.most,
	array_to_string(p.words, ',') AS words, v.value,
	CASE WHEN isfinite(v.in_force_from) THEN v.in_force_from END AS since,
	n.value AS next_value, n.in_force_from AS next_from
FROM talent.policy p
CROSS JOIN LATERAL (
	SELECT w.value, w.in_force_from FROM talent.policy_version w
	WHERE w.policy = p.name AND w.in_force_from <= talent._today()
	ORDER BY w.in_force_from DESC, w.version DESC LIMIT 1) v
LEFT JOIN LATERAL (
	SELECT w.value, w.in_force_from FROM talent.policy_version w
	WHERE w.policy = p.name AND w.in_force_from > talent._today()
	ORDER BY w.in_force_from, w.version DESC LIMIT 1) n ON true
WHERE ($1::text IS NULL OR p.name = $1::text) AND ($2::text IS NULL OR p.name > $2::text)
ORDER BY p.name
LIMIT $3::int
