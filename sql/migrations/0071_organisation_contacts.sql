-- Whoever an organisation named to be asked is forgotten some time after it was refused or has ended.
INSERT INTO talent.policy (name, title, title_en, applies_to, applies_to_en, unit, least, most, not_below) VALUES
	('organisation_contact_days', '机构联系人保留天数', 'days that an organisation''s contact is kept after its end',
	'自该日起被拒绝或终止的机构；此前的机构按当时的规定保留',
	'organisations refused or ended from that day on; of earlier ones it is kept as long as was said then',
	'days', 1, 36500, NULL);
INSERT INTO talent.policy_version (policy, version, value, in_force_from, reason) VALUES
	('organisation_contact_days', 1, '1095', '-infinity', 'as long as the record of a verification');
CREATE INDEX organisation_contact_past ON talent.organisation (state_since)
	WHERE state IN ('refused', 'ended') AND num_nonnulls(contact_name, contact_phone) > 0;

-- The audit cannot forget: that a contact changed is in it, not who it was or is (organisation_change).
ALTER TABLE talent.audit DISABLE TRIGGER audit_immutable;
UPDATE talent.audit u SET detail = u.detail - 'contact_name' - 'contact_phone' || '{"contact": "changed"}'
WHERE u.action = 'organisation_change' AND u.detail ?| '{contact_name,contact_phone}';
ALTER TABLE talent.audit ENABLE TRIGGER audit_immutable;
