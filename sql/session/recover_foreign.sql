-- Whether a journal names issuers, and none that is here.
--
-- @arg journal uuid
-- @row one
-- @col foreign bool
SELECT count(*) > 0 AND count(o.id) = 0 AS "foreign"
FROM (SELECT CASE l.w[1] WHEN 'stored:' THEN l.w[5] WHEN 'made:' THEN l.w[3] ELSE l.w[2] END AS id
	FROM talent.recover_line l
	WHERE l.journal = $1::uuid AND l.w[1] IN ('stored:', 'made:', 'numbers:', 'positions:')) i
LEFT JOIN talent.organisation o ON o.id::text = i.id
