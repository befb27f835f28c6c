-- A number is also somebody's when it begins as another site's of the same body do, which mints them.
DROP FUNCTION IF EXISTS talent._number_taken(text, uuid, uuid);
