-- Company numbers are looked up without their dashes too: whose short name it is, dashes or not.
CREATE INDEX organisation_slug_plain ON talent.organisation (replace(slug, '-', ''));
