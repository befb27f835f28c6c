-- A host has compared its journal to the end in this epoch. When all have, or those that have not
-- were waited for three seconds, verdicts may be given again: a host that does not run now compares
-- when it starts.
CREATE OR REPLACE FUNCTION talent._journal_clear() RETURNS boolean
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_now bigint := _epoch();
	_k status_clock;
BEGIN
	SELECT * INTO STRICT _k FROM status_clock k WHERE k.single FOR UPDATE;
	IF _k.cleared_epoch = _now THEN
		RETURN true;
	END IF;
	IF _k.epoch IS DISTINCT FROM _now THEN
		UPDATE status_clock k SET rev = k.rev + 1, epoch = _now, epoch_since = clock_timestamp()
		WHERE k.single RETURNING * INTO _k;
	END IF;
	IF clock_timestamp() < _k.epoch_since + interval '3 s' AND EXISTS (SELECT FROM journal_host h
	    WHERE h.lost_at IS NULL AND h.epoch IS DISTINCT FROM _now) THEN
		RETURN false;
	END IF;
	UPDATE status_clock k SET rev = k.rev + 1, forget_rev = k.rev + 1, cleared_epoch = _now
	WHERE k.single;
	RETURN true;
END
$$;
