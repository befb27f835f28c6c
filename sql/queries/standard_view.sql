-- One standard, with all of its versions.
--
-- @arg standard uuid
-- @row maybe
-- @cols standard
-- @col versions text               JSON, see _standard_versions
SELECT s.id, s.name, s.occupation, s.edition, o.name AS occupation_name, s.document, s.issued_on, s.printed_code,
	s.valid_from, s.valid_to, talent._standard_version(s.id, talent._today()) AS version,
	talent._standard_versions(s.id) AS versions
FROM talent.standard s
JOIN talent.occupation o ON o.code = s.occupation AND o.edition = s.edition
WHERE s.id = $1::uuid
