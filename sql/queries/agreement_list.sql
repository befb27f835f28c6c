-- Agreements: one, or the newest first (ids are UUIDv7), after the cursor.
--
-- @arg id uuid?
-- @arg body uuid?
-- @arg company uuid?
-- @arg districts text?             comma separated, of the body
-- @arg slug text?                  the body's or the company's
-- @arg state text?
-- @arg on date?                    one of its days
-- @arg occupation text?            of one of its titles
-- @arg district text?              the body's
-- @arg after uuid?
-- @arg limit int
-- @row many
-- @cols agreement
SELECT g.id, g.body, b.slug AS body_slug, b.name AS body_name, b.district, g.company, c.slug AS company_slug,
	c.name AS company_name, p.slug AS proposed_by, g.window_days, g.confirmer, g.validity_months, g.renewal_months,
	g.valid_from, g.valid_to, CASE WHEN g.state <> 'approved' THEN g.state
		ELSE talent._standing_state(g.suspended_at, g.valid_from, g.valid_to) END AS state,
	talent._day(g.suspended_at) AS suspended_on, g.suspension_reason AS reason,
	coalesce((SELECT json_agg(json_build_object('occupation', t.occupation, 'edition', t.edition, 'work_type',
		(SELECT w.name FROM talent.work_type w WHERE w.occupation = t.occupation AND w.edition = t.edition
			AND w.slug = t.work_type),
		'level', t.level, 'title', t.title, 'title_en', t.title_en, 'code', t.code)
		ORDER BY t.occupation, t.edition, t.work_type, t.level)
		FROM talent.agreement_title t WHERE t.agreement = g.id), '[]')::text AS titles
FROM talent.agreement g
JOIN talent.organisation b ON b.id = g.body
JOIN talent.organisation c ON c.id = g.company
LEFT JOIN talent.organisation p ON p.id = g.proposed_by
WHERE ($1::uuid IS NULL OR g.id = $1::uuid)
	AND ($2::uuid IS NULL OR g.body = $2::uuid)
	AND ($3::uuid IS NULL OR g.company = $3::uuid)
	AND ($4::text IS NULL OR b.district = ANY (string_to_array($4::text, ',')))
	AND ($5::text IS NULL OR $5::text IN (b.slug, c.slug))
	AND ($6::text IS NULL OR CASE WHEN g.state <> 'approved' THEN g.state
		ELSE talent._standing_state(g.suspended_at, g.valid_from, g.valid_to) END = $6::text)
	AND ($7::date IS NULL OR $7::date BETWEEN g.valid_from AND coalesce(g.valid_to, 'infinity'))
	AND ($8::text IS NULL OR EXISTS (SELECT FROM talent.agreement_title t
		WHERE t.agreement = g.id AND t.occupation = $8::text))
	AND ($9::text IS NULL OR b.district = $9::text)
	AND ($10::uuid IS NULL OR g.id < $10::uuid)
ORDER BY g.id DESC
LIMIT $11::int
