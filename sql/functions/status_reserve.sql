-- Reserves _n consecutive status ordinals (from 0) of an issuer. List = 1 + ordinal / 131072,
-- index = the permutation under list_key of ordinal % 131072. Where a journal was given up, an issuer
-- that has no positions may have had some, under a key that is lost: it begins with the second list.
--
-- @col list_key bytea(32)          the issuer's
-- @col journal text?
CREATE OR REPLACE FUNCTION talent.status_reserve(
	_issuer uuid, _n int,
	OUT first bigint, OUT list_key bytea, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	PERFORM _not_held();
	IF _n NOT BETWEEN 1 AND 10000 THEN
		RAISE EXCEPTION 'a block has 1 to 10000 entries' USING ERRCODE = 'invalid_parameter_value';
	END IF;
	INSERT INTO status_block AS b (issuer, next, list_key)
	VALUES (_issuer, _n + CASE WHEN EXISTS (SELECT FROM journal_host h WHERE h.lost_at IS NOT NULL)
	    THEN 131072 ELSE 0 END, uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
	ON CONFLICT (issuer) DO UPDATE SET next = b.next + _n
	RETURNING b.next - _n, b.list_key, concat_ws(' ', 'positions:', b.issuer, b.next)
	INTO first, list_key, journal;
	-- A list is published, empty, from its first reservation on.
	INSERT INTO status_list (issuer, purpose, list, rev, changed_at)
	SELECT _issuer, p.purpose, l.list, 0, now()
	FROM generate_series(first / 131072 + 1, (first + _n - 1) / 131072 + 1) l (list)
	CROSS JOIN (VALUES ('revocation'), ('suspension')) p (purpose)
	ON CONFLICT DO NOTHING;
END
$$;
GRANT EXECUTE ON FUNCTION talent.status_reserve TO talent_worker, talent_clerk, talent_jobs;
