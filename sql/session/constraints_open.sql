-- Constraints that bind new rows only, a row for each table that has one. A domain's is asked of each column of that type.
--
-- @row many
-- @col name text
-- @col relation text
-- @col validate text               the statement that makes it valid
-- @col count text                  one that counts the rows against it and names their keys (never other columns: they may hold personal data)
WITH open AS (
	SELECT c.conname, c.contype, c.conkey, c.confkey, c.confrelid, r.oid AS rel, r.relname, a.attname,
		c.contypid, pg_get_expr(c.conbin, c.conrelid) AS expr
	FROM pg_constraint c
	LEFT JOIN pg_attribute a ON c.contypid <> 0 AND a.atttypid = c.contypid AND NOT a.attisdropped
	JOIN pg_class r ON r.oid = coalesce(a.attrelid, c.conrelid) AND r.relkind IN ('r', 'p')
	WHERE NOT c.convalidated AND c.connamespace = 'talent'::regnamespace
)
SELECT o.conname::text AS name, o.relname::text AS relation,
	CASE WHEN o.contypid <> 0 THEN format('ALTER DOMAIN %s', o.contypid::regtype)
		ELSE format('ALTER TABLE %s', o.rel::regclass) END
		|| format(' VALIDATE CONSTRAINT %I', o.conname) AS validate,
	format('SELECT count(*) AS n, string_agg(x.k, '', '') FILTER (WHERE x.i <= 20) AS keys'
		' FROM (SELECT concat_ws(''/'', %s) AS k, row_number() OVER () AS i FROM %s',
		coalesce((SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum)
			FROM pg_index i JOIN pg_attribute a ON a.attrelid = o.rel AND a.attnum = ANY (i.indkey)
			WHERE i.indrelid = o.rel AND i.indisprimary), 't'),
		CASE WHEN o.contypid <> 0
			THEN format('(SELECT y.*, y.%I AS value FROM %s y)', o.attname, o.rel::regclass)
			ELSE o.rel::regclass::text END) || ' t WHERE '
	|| CASE o.contype WHEN 'f' THEN (SELECT string_agg(format('t.%I IS NOT NULL AND ', k.attname), '')
			|| format('NOT EXISTS (SELECT FROM %s p WHERE %s)', o.confrelid::regclass,
				string_agg(format('p.%I = t.%I', f.attname, k.attname), ' AND '))
			FROM unnest(o.conkey, o.confkey) u (k, f)
			JOIN pg_attribute k ON k.attrelid = o.rel AND k.attnum = u.k
			JOIN pg_attribute f ON f.attrelid = o.confrelid AND f.attnum = u.f)
		ELSE format('NOT (%s)', o.expr) END || ') x' AS count
FROM open o ORDER BY 3, 2
