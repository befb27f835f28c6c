-- The sealed numbers of people, and of corrections that wait, to be sealed anew: nobody but the process for background jobs reads them so.
--
-- @col person uuid               or the correction
-- @col sealed_for uuid
CREATE OR REPLACE FUNCTION talent.person_boxes(_ids uuid[])
RETURNS TABLE (person uuid, sealed_for uuid, id_cipher bytea, version int)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT p.id, coalesce(p.sealed_for, p.id), p.id_cipher::bytea, k.version::int
	FROM unnest(_ids) n (id)
	CROSS JOIN LATERAL (SELECT * FROM person x WHERE x.id = n.id AND x.erased_at IS NULL LIMIT 1) p
	CROSS JOIN person_key k
	WHERE p.id_key < k.version
	UNION ALL
	SELECT c.id, c.id, c.id_cipher::bytea, k.version::int
	FROM unnest(_ids) n (id)
	CROSS JOIN LATERAL (SELECT * FROM correction x WHERE x.id = n.id AND x.id_cipher IS NOT NULL LIMIT 1) c
	CROSS JOIN person_key k
	WHERE c.id_key < k.version;
END
$$;
GRANT EXECUTE ON FUNCTION talent.person_boxes TO talent_jobs, talent_clerk;
