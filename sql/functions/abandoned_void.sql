-- Revokes the places in the status lists of at most _n abandoned credentials. A place that a stored
-- certificate has is not touched: then the row does not say the truth, and the audit asks.
CREATE OR REPLACE FUNCTION talent.abandoned_void(_n int, OUT voided int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_rev bigint;
	_a abandoned_signature[];
BEGIN
	voided := 0;
	-- One at a time: a second would take other rows, and wait for the first at the clock.
	IF NOT pg_try_advisory_xact_lock(7103, 1) THEN
		RETURN;
	END IF;
	SELECT array_agg(a ORDER BY a.issuer, a.list) INTO _a FROM (
	    SELECT a.* FROM abandoned_signature a
	    WHERE a.list IS NOT NULL AND a.void_rev IS NULL
	    AND NOT EXISTS (SELECT FROM certificate_version v
	        WHERE v.issuer = a.issuer AND v.list = a.list AND v.idx = a.idx)
	    AND NOT EXISTS (SELECT FROM certificate_version v WHERE v.id = a.version)
	    ORDER BY a.abandoned_at LIMIT _n FOR UPDATE OF a SKIP LOCKED) a;
	IF _a IS NULL THEN
		RETURN;
	END IF;
	_rev := _tick();
	INSERT INTO status_list AS l (issuer, purpose, list, rev, changed_at)
	SELECT a.issuer, 'revocation', a.list, _rev, clock_timestamp() FROM unnest(_a) a
	GROUP BY a.issuer, a.list ORDER BY a.issuer, a.list
	ON CONFLICT (issuer, purpose, list)
	DO UPDATE SET rev = excluded.rev, changed_at = excluded.changed_at;
	INSERT INTO status_bit (issuer, purpose, list, idx)
	SELECT a.issuer, 'revocation', a.list, a.idx FROM unnest(_a) a
	ON CONFLICT DO NOTHING;
	UPDATE abandoned_signature s SET void_rev = _rev FROM unnest(_a) a
	WHERE s.version = a.version AND s.key = a.key;
	GET DIAGNOSTICS voided = ROW_COUNT;
END
$$;
GRANT EXECUTE ON FUNCTION talent.abandoned_void TO talent_clerk, talent_jobs;
