-- Whether there is still something to do at an item.
CREATE OR REPLACE FUNCTION talent._job_waits(_job text, _item text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	CASE _job
	WHEN 'publish' THEN
		RETURN EXISTS (SELECT FROM publish_waiting w WHERE w.id = _item::uuid);
	WHEN 'confirm' THEN
		RETURN EXISTS (SELECT FROM confirm_waiting w WHERE w.key = _item);
	WHEN 'list_key' THEN
		RETURN EXISTS (SELECT FROM list_key_waiting w WHERE w.slug = _item);
	WHEN 'verify' THEN
		RETURN EXISTS (SELECT FROM verify_waiting w WHERE w.serial = _item::bigint);
	WHEN 'reseal' THEN
		RETURN EXISTS (SELECT FROM reseal_waiting w WHERE w.id = _item::uuid)
		    OR EXISTS (SELECT FROM reseal_waiting_corrections w WHERE w.id = _item::uuid);
	ELSE
		RETURN false;
	END CASE;
END
$$;
