-- What a decision about one exam's results rests on: names, terms, keys and standing. Read
-- by exam_load before signing and again by the write functions under the guards, so both
-- judge alike. Standing is judged on the day the exam was held and on the day it was announced
-- (announced_on; null, or
-- moved to another standard since then: the former alone): mostly one row covers both, otherwise another one covers the latter.
-- A suspension for cause stops it today.
CREATE OR REPLACE VIEW talent.exam_facts AS
SELECT e.id, e.code, e.state, e.session, e.body, b.slug AS body_slug, b.name AS body_name,
	si.number_prefix AS body_number_prefix, e.district,
	e.occupation, e.edition, o.name AS occupation_name,
	e.work_type, w.name AS work_type_name,
	e.level, l.name AS level_name, l.name_en AS level_name_en, l.digit AS level_digit,
	l.has_review, e.held_on, e.publicity_days,
	e.partner, p.slug AS partner_slug, p.name AS partner_name, g.title AS partner_title,
	coalesce(g.window_days, 0) AS window_days, g.validity_months AS partner_validity_months,
	CASE
	WHEN b.suspended_at IS NOT NULL OR p.suspended_at IS NOT NULL THEN 'organisation_suspended'
	WHEN a.suspended IS NULL THEN 'not_accredited'
	WHEN a.suspended THEN 'accreditation_suspended'
	WHEN e.partner IS NOT NULL AND r.found IS NULL THEN 'recognition_not_in_force'
	WHEN e.partner IS NOT NULL AND g.title IS NULL THEN 'agreement_not_in_force'
	WHEN sd.valid_to < e.held_on THEN 'standard_not_in_force'
	WHEN e.state <> 'open' THEN 'exam_closed'
	ELSE 'ok'
	END AS standing,
	concat_ws(' ', o.name, nullif(w.name, ''), l.name) AS title,
	bk.key AS body_key, bk.wrapped AS body_wrapped, bk.public AS body_public,
	ck.key AS company_key, ck.wrapped AS company_wrapped, ck.public AS company_public,
	g.code AS partner_code, e.standard,
	sd.name AS standard_name,
	e.site, si.code AS site_code, si.name AS site_name,
	-- where the certificate's number may come from
	CASE WHEN si.number_mode = 'supplied_later' THEN 'later'
	WHEN si.number_mode IS DISTINCT FROM 'minted' THEN 'supplied' WHEN si.also_supplied THEN 'either'
	ELSE 'minted' END AS numbers,
	-- the same without the partner: what the public certificate alone needs
	CASE
	WHEN b.suspended_at IS NOT NULL THEN 'organisation_suspended'
	WHEN a.suspended IS NULL THEN 'not_accredited'
	WHEN a.suspended THEN 'accreditation_suspended'
	WHEN sd.valid_to < e.held_on THEN 'standard_not_in_force'
	WHEN e.state <> 'open' THEN 'exam_closed'
	ELSE 'ok'
	END AS public_standing,
	e.candidate_group, e.roster_required
FROM talent.exam e
CROSS JOIN LATERAL (SELECT CASE WHEN e.moved_on IS NULL THEN e.announced_on END AS day) ann
JOIN talent.organisation b ON b.id = e.body
LEFT JOIN LATERAL (SELECT * FROM talent.standard x WHERE x.id = e.standard LIMIT 1) sd ON true
LEFT JOIN LATERAL (SELECT * FROM talent.site x WHERE x.id = e.site LIMIT 1) si ON true
JOIN talent.occupation o ON o.code = e.occupation AND o.edition = e.edition
JOIN talent.work_type w ON w.occupation = e.occupation AND w.edition = e.edition
	AND w.slug = e.work_type
JOIN talent.level l ON l.code = e.level
LEFT JOIN talent.organisation p ON p.id = e.partner
LEFT JOIN talent.issuer_key bk ON bk.organisation = e.body AND bk.state = 'active'
	AND bk.kind = 'ed25519' AND bk.signs = 'certificates'
LEFT JOIN talent.issuer_key ck ON ck.organisation = e.partner AND ck.state = 'active'
	AND ck.kind = 'ed25519' AND ck.signs = 'certificates'
LEFT JOIN LATERAL (
	SELECT x.suspended_at IS NOT NULL AS suspended
	FROM talent.accreditation x
	WHERE x.body = e.body AND x.occupation = e.occupation AND x.edition = e.edition
	AND x.work_type = e.work_type AND e.level = ANY (x.levels)
	AND (x.site IS NULL OR x.site = e.site) AND (x.standard IS NULL OR x.standard = e.standard)
	AND e.held_on BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	AND (coalesce(ann.day, e.held_on) BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	OR (SELECT true FROM talent.accreditation y
		WHERE y.body = e.body AND y.occupation = e.occupation AND y.edition = e.edition
		AND y.work_type = e.work_type AND e.level = ANY (y.levels) AND y.suspended_at IS NULL
		AND (y.site IS NULL OR y.site = e.site) AND (y.standard IS NULL OR y.standard = e.standard)
		AND ann.day BETWEEN y.valid_from AND coalesce(y.valid_to, 'infinity') LIMIT 1))
	ORDER BY x.suspended_at IS NOT NULL LIMIT 1
) a ON true
LEFT JOIN LATERAL (
	SELECT true AS found
	FROM talent.recognition x
	WHERE x.company = e.partner AND x.occupation = e.occupation AND x.edition = e.edition
	AND e.level = ANY (x.levels) AND x.suspended_at IS NULL
	AND (x.work_type IS NULL OR x.work_type = e.work_type) AND (x.standard IS NULL OR x.standard = e.standard)
	AND e.held_on BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	AND (coalesce(ann.day, e.held_on) BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	OR (SELECT true FROM talent.recognition y
		WHERE y.company = e.partner AND y.occupation = e.occupation AND y.edition = e.edition
		AND e.level = ANY (y.levels) AND y.suspended_at IS NULL
		AND (y.work_type IS NULL OR y.work_type = e.work_type) AND (y.standard IS NULL OR y.standard = e.standard)
		AND ann.day BETWEEN y.valid_from AND coalesce(y.valid_to, 'infinity') LIMIT 1))
	LIMIT 1
) r ON true
LEFT JOIN LATERAL (
	SELECT t.title, t.code, x.window_days, x.validity_months
	FROM talent.agreement x
	JOIN talent.agreement_title t ON t.agreement = x.id AND t.occupation = e.occupation
		AND t.edition = e.edition AND t.work_type = e.work_type AND t.level = e.level
	WHERE x.body = e.body AND x.company = e.partner AND x.state = 'approved' AND x.suspended_at IS NULL
	AND e.held_on BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	AND (coalesce(ann.day, e.held_on) BETWEEN x.valid_from AND coalesce(x.valid_to, 'infinity')
	OR (SELECT true FROM talent.agreement y
		JOIN talent.agreement_title z ON z.agreement = y.id AND z.occupation = e.occupation
			AND z.edition = e.edition AND z.work_type = e.work_type AND z.level = e.level
		WHERE y.body = e.body AND y.company = e.partner AND y.state = 'approved' AND y.suspended_at IS NULL
		AND ann.day BETWEEN y.valid_from AND coalesce(y.valid_to, 'infinity') LIMIT 1))
	ORDER BY x.valid_from DESC, x.id LIMIT 1
) g ON true;
GRANT SELECT ON talent.exam_facts TO talent_worker, talent_clerk, talent_jobs;
