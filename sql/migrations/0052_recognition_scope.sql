-- A recognition may be for one work type, and under one standard, as an accreditation is. Without a work type it is
-- for each of the occupation, without a standard for whichever is in force, as those are that were there. Two overlap
-- where both hold.

ALTER TABLE talent.recognition
	ADD COLUMN work_type text COLLATE "C",
	ADD COLUMN standard uuid,
	ADD CONSTRAINT recognition_work_type_of_occupation
		FOREIGN KEY (occupation, edition, work_type) REFERENCES talent.work_type,
	ADD CONSTRAINT recognition_standard_of_occupation
		FOREIGN KEY (standard, occupation, edition) REFERENCES talent.standard (id, occupation, edition);

DROP TRIGGER standing_new ON talent.recognition;
CREATE TRIGGER standing_new BEFORE INSERT ON talent.recognition
	FOR EACH ROW EXECUTE FUNCTION talent._standing_new('coalesce(w.work_type = n.work_type, true)',
	'x.company = n.company AND coalesce(x.work_type = n.work_type, true) AND coalesce(x.standard = n.standard, true)');
