-- Organisations by slug, behind the cursor: one, or those of a state, a kind, some districts, an area, with a text.
--
-- @arg slug text?
-- @arg districts text?             comma separated
-- @arg state text?
-- @arg kind text?
-- @arg district text?
-- @arg area text?                  in it today, or applied for
-- @arg text text?                  in its names or slug, whatever the case
-- @arg after text?
-- @arg limit int
-- @row many
-- @cols organisation
SELECT o.id, o.slug, o.credit_code, o.name, o.name_en, coalesce((
		SELECT string_agg(k.kind, ',' ORDER BY k.kind) FROM talent.organisation_kind k
		WHERE k.organisation = o.id), '') AS kinds,
	o.district, x.area,
	o.state, talent._instant(o.state_since) AS state_since, o.state_reason, o.contact_name, o.contact_phone,
	to_json(o.evidence)::text AS evidence
FROM talent.organisation o
CROSS JOIN LATERAL (SELECT CASE WHEN o.state = 'applied' THEN o.area ELSE (
		SELECT a.area FROM talent.organisation_area a WHERE a.organisation = o.id
		AND talent._today() BETWEEN a.valid_from AND a.valid_to LIMIT 1) END AS area) x
WHERE ($1::text IS NULL OR o.slug = $1::text)
	AND ($2::text IS NULL OR o.district = ANY (string_to_array($2::text, ',')))
	AND ($3::text IS NULL OR o.state = $3::text)
	AND ($4::text IS NULL OR EXISTS (
		SELECT FROM talent.organisation_kind k WHERE k.organisation = o.id AND k.kind = $4::text))
	AND ($5::text IS NULL OR o.district = $5::text)
	AND ($6::text IS NULL OR x.area = $6::text)
	AND ($7::text IS NULL OR strpos(lower(concat_ws(' ', o.slug, o.name, o.name_en)), lower($7::text)) > 0)
	AND ($8::text IS NULL OR o.slug > $8::text)
ORDER BY o.slug
LIMIT $9::int
