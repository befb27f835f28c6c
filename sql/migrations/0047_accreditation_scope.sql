-- An accreditation may be for one site of the body, and under one standard. Without a site it is for each of them,
-- without a standard for whichever is in force, as those are that were there. Two overlap where both hold.

ALTER TABLE talent.accreditation
	ADD COLUMN site uuid,
	ADD COLUMN standard uuid,
	ADD CONSTRAINT accreditation_site_of_body
		FOREIGN KEY (site, body) REFERENCES talent.site (id, organisation),
	ADD CONSTRAINT accreditation_standard_of_occupation
		FOREIGN KEY (standard, occupation, edition) REFERENCES talent.standard (id, occupation, edition);
ALTER TYPE talent.new_standing ADD ATTRIBUTE site uuid;
ALTER TYPE talent.new_standing ADD ATTRIBUTE standard text;

DROP TRIGGER standing_new ON talent.accreditation;
CREATE TRIGGER standing_new BEFORE INSERT ON talent.accreditation
	FOR EACH ROW EXECUTE FUNCTION talent._standing_new('w.work_type = n.work_type',
	'x.body = n.body AND x.work_type = n.work_type AND coalesce(x.site = n.site, true)'
	' AND coalesce(x.standard = n.standard, true)');
