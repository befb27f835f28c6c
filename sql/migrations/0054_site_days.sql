-- Where something takes place depends on the day: a site may have ended.
DROP FUNCTION IF EXISTS talent._site_of(uuid, uuid);
