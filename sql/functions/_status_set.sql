-- Sets or clears the bits of all versions of a certificate in its issuer's published lists
-- of one purpose, and stamps those lists.
CREATE OR REPLACE FUNCTION talent._status_set(_certificate uuid, _purpose text, _set boolean,
	_rev bigint) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
BEGIN
	INSERT INTO status_list (issuer, purpose, list, rev, changed_at)
	SELECT v.issuer, _purpose, v.list, _rev, clock_timestamp()
	FROM certificate_version v WHERE v.certificate = _certificate
	GROUP BY v.issuer, v.list
	ORDER BY v.issuer, v.list
	ON CONFLICT (issuer, purpose, list)
	DO UPDATE SET rev = excluded.rev, changed_at = excluded.changed_at;
	IF _set THEN
		INSERT INTO status_bit (issuer, purpose, list, idx)
		SELECT v.issuer, _purpose, v.list, v.idx
		FROM certificate_version v WHERE v.certificate = _certificate
		ON CONFLICT DO NOTHING;
	ELSE
		DELETE FROM status_bit b USING certificate_version v
		WHERE v.certificate = _certificate AND b.issuer = v.issuer
		AND b.purpose = _purpose AND b.list = v.list AND b.idx = v.idx;
	END IF;
END
$$;
