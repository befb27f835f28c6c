-- exam_load(exam uuid, id_hash bytea or null)
-- args: 2
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
--     recognition_not_in_force, agreement_not_in_force, exam_closed
--   title text (of the skill-grade certificate: occupation, work type, level)
--   body_key text · body_wrapped · body_public bytea (the active key; null if none yet)
--   company_key · company_wrapped · company_public (the same of the partner)
--   person uuid or null · assessment uuid or null (what exists for id_hash)
SELECT talent._instant(now()) AS now, talent._today() AS today,
	f.id AS exam_id, f.code, f.state, f.body, f.body_slug, f.body_name, f.body_number_prefix,
	f.district, f.occupation, f.edition, f.occupation_name, f.work_type, f.work_type_name,
	f.level, f.level_name, f.level_name_en, f.level_digit, f.has_review, f.held_on,
	f.publicity_days, f.partner, f.partner_slug, f.partner_name, f.partner_title,
	f.window_days, f.partner_validity_months, f.standing, f.title,
	f.body_key, f.body_wrapped, f.body_public,
	f.company_key, f.company_wrapped, f.company_public,
	p.id AS person,
	-- Not a join: its plan could read all results of the exam to find this person's.
	(SELECT a.id FROM talent.assessment a WHERE a.exam = $1::uuid AND a.person = p.id)
	    AS assessment
FROM talent.exam_facts f
LEFT JOIN talent.person p ON p.id_hash = $2::bytea
WHERE f.id = $1::uuid
