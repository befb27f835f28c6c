-- exam_load(exam uuid, id_hash bytea or null, supplied_number text or null, actor uuid or null,
--   idem_key bytea or null, idem_print bytea or null)
-- args: 6
-- Everything the decision about one result needs, in one read. No row: no such exam.
-- Result:
--   now text (RFC 3339, UTC, seconds) · today date (Shanghai)
--   exam_id uuid · code text · state text (open, closed)
--   body uuid · body_slug · body_name · body_number_prefix text (13 characters: class,
--     ministry code, province, sequence) · district text (6 digits)
--   occupation · edition · occupation_name · work_type (slug) · work_type_name text
--   level · level_name · level_name_en · level_digit text · has_review bool
--   held_on date · publicity_days int
--   partner uuid or null · partner_slug · partner_name · partner_title text
--   window_days int (0 without partner) · partner_validity_months int or null
--   standing text: ok, organisation_suspended, not_accredited, accreditation_suspended,
--     recognition_not_in_force, agreement_not_in_force, exam_closed,
--     history_held (before all others)
--   title text (of the skill-grade certificate: occupation, work type, level)
--   body_key text · body_wrapped · body_public bytea (the active key; null if none yet)
--   company_key · company_wrapped · company_public (the same of the partner)
--   person uuid or null · assessment uuid or null (what exists for id_hash)
--   And what assessment_submit would refuse, so that nothing is signed for it: person_name (under
--   which the registry knows id_hash, or null) · certified (number of the certificate that this
--   person has already, or null) · number_taken bool (the supplied one) · seen (as
--   idempotency_seen of the submission)
SELECT talent._instant(now()) AS now, talent._today() AS today,
	f.id AS exam_id, f.code, f.state, f.body, f.body_slug, f.body_name, f.body_number_prefix,
	f.district, f.occupation, f.edition, f.occupation_name, f.work_type, f.work_type_name,
	f.level, f.level_name, f.level_name_en, f.level_digit, f.has_review, f.held_on,
	f.publicity_days, f.partner, f.partner_slug, f.partner_name, f.partner_title,
	f.window_days, f.partner_validity_months, CASE WHEN (k.held OR coalesce(k.cleared_epoch <>
		(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, false))
		THEN 'history_held' ELSE f.standing END AS standing, f.title,
	f.body_key, f.body_wrapped, f.body_public,
	f.company_key, f.company_wrapped, f.company_public,
	p.id AS person, p.name AS person_name,
	CASE WHEN p.id IS NOT NULL THEN
		talent._live_grade(p.id, f.occupation, f.work_type, f.level) END AS certified,
	CASE WHEN $3::text IS NULL THEN false
		ELSE talent._number_taken($3::text, f.body, NULL) END AS number_taken,
	CASE WHEN $5::bytea IS NOT NULL THEN
		talent.idempotency_seen($4::uuid, 'assessment_submit', $5::bytea, $6::bytea) END AS seen,
	-- Not a join: its plan could read all results of the exam to find this person's.
	(SELECT a.id FROM talent.assessment a WHERE a.exam = $1::uuid AND a.person = p.id)
	    AS assessment
FROM talent.exam_facts f
JOIN talent.status_clock k ON k.single
LEFT JOIN talent.person p ON p.id_hash = $2::bytea
WHERE f.id = $1::uuid
