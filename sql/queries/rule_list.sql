-- Counting rules with all their versions, by name, the newest version first, after the cursor: what goals name.
--
-- @arg after text?                 name and
-- @arg after_version bigint?       version of the last one shown
-- @arg limit int
-- @row many
-- @col name text
-- @col version bigint
-- @col text_zh text
-- @col text_en text
-- @col goals text?                 programme/key of those that count by it, comma separated
SELECT r.name, r.version::bigint AS version, r.text_zh, r.text_en,
	(SELECT string_agg(g.programme || '/' || g.key, ',' ORDER BY g.programme, g.position) FROM talent.goal g
		WHERE g.rule = r.name AND g.rule_version = r.version) AS goals
FROM talent.counting_rule r
WHERE $1::text IS NULL OR r.name > $1::text OR (r.name = $1::text AND r.version < $2::bigint)
ORDER BY r.name, r.version DESC
LIMIT $3::int
