-- Everything the decision about one result needs, in one read. No row: no such exam.
--
-- @arg exam uuid
-- @arg id_hash bytea?
-- @arg name text?                 as it is handed in with the document
-- @arg supplied_number text?
-- @arg actor uuid?
-- @arg idem_key bytea?
-- @arg idem_print bytea?
-- @row maybe
-- @col now instant
-- @col today date                  Shanghai
-- @col exam_id uuid
-- @col code text
-- @col state text                  open, closed
-- @col body uuid
-- @col body_slug text
-- @col body_name text
-- @col body_number_prefix text?    the site's 13 characters: class, ministry code, province, sequence
-- @col site uuid?
-- @col numbers text               minted, supplied, either, later: where the certificate's number may come from
-- @col district text               6 digits
-- @col occupation text
-- @col edition text
-- @col occupation_name text
-- @col work_type text              slug
-- @col work_type_name text
-- @col level text
-- @col level_name text
-- @col level_name_en text
-- @col level_digit text?
-- @col has_review bool
-- @col held_on date
-- @col publicity_days int
-- @col partner uuid?
-- @col partner_slug text?
-- @col partner_name text?
-- @col partner_title text?
-- @col partner_code text?          the company's own, of what it certifies
-- @col window_days int             0 without partner
-- @col partner_validity_months int?
-- @col standing text               ok, organisation_suspended, not_accredited, accreditation_suspended,
--                                  recognition_not_in_force, agreement_not_in_force, exam_closed,
--                                  standard_not_in_force (it ends before the exam),
--                                  history_held (before all others)
-- @col title text                  of the skill-grade certificate: occupation, work type, level
-- @col body_key text?              the active key, if there is one yet
-- @col body_wrapped bytea?
-- @col body_public bytea?
-- @col company_key text?           the same of the partner
-- @col company_wrapped bytea?
-- @col company_public bytea?
-- @col person uuid?
-- @col person_name text?           to which results have bound id_hash
-- @col certified text?             number of the certificate that this person has already
-- @col number_taken bool           the supplied one
-- @col off_roster bool             the exam takes results for those on its roster only, and this person is not
-- @col seen text?                  as idempotency_seen of the submission
-- @col assessment uuid?            what exists for id_hash
SELECT talent._instant(now()) AS now, talent._today() AS today,
	f.id AS exam_id, f.code, f.state, f.body, f.body_slug, f.body_name, f.body_number_prefix,
	f.site, CASE WHEN f.numbers = 'minted' AND talent._number_adopted($4::text) THEN 'either' ELSE f.numbers END
		AS numbers, f.district, f.occupation, f.edition, f.occupation_name, f.work_type, f.work_type_name,
	f.level, f.level_name, f.level_name_en, f.level_digit, f.has_review, f.held_on,
	f.publicity_days, f.partner, f.partner_slug, f.partner_name, f.partner_title,
	f.partner_code,
	f.window_days, f.partner_validity_months, CASE WHEN (k.held OR coalesce(k.cleared_epoch <>
		(extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, false))
		THEN 'history_held' ELSE f.standing END AS standing, f.title,
	f.body_key, f.body_wrapped, f.body_public,
	f.company_key, f.company_wrapped, f.company_public,
	p.id AS person, (
		SELECT CASE n.basis WHEN 'result' THEN n.name END FROM talent.known_name n
		WHERE n.person = p.id ORDER BY n.n DESC LIMIT 1) AS person_name,
	CASE WHEN p.id IS NOT NULL THEN
		talent._live_grade(p.id, f.occupation, f.work_type, f.level) END AS certified,
	CASE WHEN $4::text IS NULL THEN false
		ELSE talent._number_taken($4::text, f.body, NULL, f.site) END AS number_taken,
	CASE WHEN f.roster_required THEN (SELECT true FROM talent.exam_candidate c
		WHERE c.exam = $1::uuid AND c.person = p.id AND c.state = 'listed') IS NULL ELSE false END AS off_roster,
	CASE WHEN $6::bytea IS NOT NULL THEN
		talent.idempotency_seen($5::uuid, 'assessment_submit', $6::bytea, $7::bytea) END AS seen,
	-- Not a join: its plan could read all results of the exam to find this person's.
	(SELECT a.id FROM talent.assessment a WHERE a.exam = $1::uuid AND a.person = ANY (ARRAY(SELECT unnest(talent._persons(p.id))))
		AND a.state <> 'superseded' ORDER BY a.person = p.id DESC LIMIT 1)
	    AS assessment
FROM talent.exam_facts f
JOIN talent.status_clock k ON k.single
LEFT JOIN talent.person p ON p.id = talent._person_of($2::bytea, $3::text)
WHERE f.id = $1::uuid
