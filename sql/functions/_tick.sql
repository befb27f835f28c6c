-- Takes the status clock and moves it on. First of all locks in every transaction that may
-- end a "valid": from here to the commit no other such transaction runs, so revisions
-- become visible in their order.
CREATE OR REPLACE FUNCTION talent._tick() RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
	_rev bigint;
BEGIN
	UPDATE talent.status_clock SET rev = rev + 1, changed_at = clock_timestamp(),
	    xact = pg_current_xact_id()
	WHERE single RETURNING rev INTO STRICT _rev;
	RETURN _rev;
END
$$;
