-- One site.
--
-- @arg site uuid
-- @row maybe
-- @cols site
SELECT s.id, s.organisation, o.slug AS organisation_slug, o.district AS organisation_district, s.code, s.name,
	s.district, s.number_prefix, s.number_mode, s.also_supplied, s.valid_to, s.end_reason
FROM talent.site s
JOIN talent.organisation o ON o.id = s.organisation
WHERE s.id = $1::uuid
