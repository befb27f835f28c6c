-- Evaluation bodies and livestreaming companies that lack an active key of either kind.
--
-- @row many
-- @col organisation uuid
-- @col slug text
SELECT o.id AS organisation, o.slug
FROM talent.organisation o
WHERE EXISTS (SELECT FROM talent.organisation_kind k WHERE k.organisation = o.id
		AND k.kind IN ('evaluation_body', 'livestreaming_company'))
	AND (SELECT count(*) FROM talent.issuer_key k
		WHERE k.organisation = o.id AND k.signs = 'certificates' AND k.state = 'active') < 2
ORDER BY o.slug
