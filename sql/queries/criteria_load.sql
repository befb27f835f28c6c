-- The achievements whose criteria stand at an address, each as last signed, the newest first.
--
-- @arg path text                   behind "/criteria/"
-- @row many
-- @col id text                     the address, as signed
-- @col narrative text
-- @col achievement text            its address, as signed
-- @col name text
SELECT c.d#>>'{criteria,id}' AS id, c.d#>>'{criteria,narrative}' AS narrative,
	c.d->>'id' AS achievement, c.d->>'name' AS name
FROM (
	SELECT DISTINCT ON (a.path) a.said::json AS d, a.signed_at, a.path
	FROM talent.achievement a WHERE a.criteria = $1::text
	ORDER BY a.path, a.signed_at DESC, a.print
	LIMIT 200) c
ORDER BY c.signed_at DESC, c.path
