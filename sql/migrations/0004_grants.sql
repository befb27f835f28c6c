-- The daemons read, and write through functions only. What they have no use for (the
-- cipher of an ID number, the keys of status lists, idempotency keys) they cannot read.

GRANT SELECT ON
	talent.district, talent.area, talent.area_district, talent.organisation,
	talent.organisation_kind, talent.organisation_area, talent.level, talent.occupation,
	talent.work_type, talent.work_type_level, talent.accreditation, talent.recognition,
	talent.agreement, talent.agreement_title, talent.issuer_key, talent.training_session,
	talent.enrolment, talent.exam, talent.assessment, talent.certificate,
	talent.certificate_document, talent.certificate_version, talent.certificate_state,
	talent.certificate_event, talent.status_clock, talent.status_list, talent.status_bit,
	talent.programme, talent.counting_rule, talent.goal, talent.person_standing,
	talent.count_delta, talent.count_total, talent.count_grand, talent.token,
	talent.client_certificate, talent.audit
	TO talent_worker, talent_clerk;
GRANT SELECT (id, id_type, id_country, id_hash, id_key, id_masked, name, created_at)
	ON talent.person TO talent_worker, talent_clerk;
