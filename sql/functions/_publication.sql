-- How long a new key stands in the DID document before it signs: as long as anybody may keep a copy of that
-- document (max-age of CACHE_PUBLIC in web/route.h), and a minute.
CREATE OR REPLACE FUNCTION talent._publication() RETURNS interval
LANGUAGE sql IMMUTABLE AS $$ SELECT interval '6 minutes' $$;
