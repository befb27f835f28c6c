-- Has what was given up tried again: one item of a job, or all (_item null).
--
-- @null _item
-- @outcome retried                 retried: how many; none, when somebody else was first
-- @outcome replayed                under this key; retried as then
-- @outcome not_found               no such job, or none whose items are claimed
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.job_retry(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea, _job text, _item text,
	OUT outcome text, OUT retried int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_count uuid;	-- what the key remembers is a uuid: how many, as a number
BEGIN
	SELECT i.seen, i.object INTO outcome, _count
	FROM _idempotency(_actor, 'job_retry', _idem_key, _idem_print, NULL) i;
	IF outcome IS NOT NULL THEN
		retried := ('x' || right(_count::text, 8))::bit(32)::int;
		RETURN;
	END IF;
	outcome := CASE WHEN _job IN ('publish', 'confirm', 'verify', 'reseal') THEN 'retried' ELSE 'not_found' END;
	UPDATE job_item j SET ready_at = clock_timestamp(), given_up_at = NULL, failures = 0
	WHERE j.job = _job AND (_item IS NULL OR j.item = _item) AND j.given_up_at IS NOT NULL;
	GET DIAGNOSTICS retried = ROW_COUNT;
	IF retried > 0 THEN
		INSERT INTO audit (actor, request, action, detail)
		VALUES (_actor, _request, 'job_retry', jsonb_build_object('job', _job, 'item', _item, 'items', retried));
	END IF;
	PERFORM _idempotency_end(_actor, 'job_retry', _idem_key,
	    CASE WHEN outcome = 'retried' THEN lpad(to_hex(retried), 32, '0')::uuid END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.job_retry TO talent_worker;
