-- A host has compared its journal to the end in this epoch. Verdicts may be given again when every host
-- that is known, lives and was not given up has. Which lives?
--   one that has been heard of in this epoch, within 30 s: it is comparing, however long it takes, and
--   tells of itself before it begins to read and with each portion
--   one that lived until the last epoch ended (within 30 s of the last that anybody was heard of) has 8 s
--   to be heard of: a connection is tried again every 2 s, the database asked every second
--   one that was away already has 3 s, in case that this history only does not know that it came back
-- A host that does not run compares when it starts. Nobody can wait for it: one that never comes back
-- would end all verdicts.
-- Result: null (cleared), or the names of those that are waited for.
--
-- Whether that must be known by the synchronous standby: when all known hosts have compared, no. Each of
-- them would refuse this server had it met a newer one (db/timeline.h), and each has found here whatever it
-- acknowledged; a server that is promoted later is nothing else than it is for a primary that was not
-- started again. When some are left out, yes: they may have met the standby after it was promoted, and what
-- they acknowledge there is not here. The standby's answer says that it still follows this server.
CREATE OR REPLACE FUNCTION talent._journal_clear(_now bigint, _replicated text) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_k status_clock;
	_waiting text;
	_left_out bigint;
BEGIN
	SELECT * INTO STRICT _k FROM status_clock k WHERE k.single FOR UPDATE;
	IF _k.cleared_epoch = _now THEN
		RETURN NULL;
	END IF;
	SELECT count(*), string_agg(h.name, ', ' ORDER BY h.name) FILTER (WHERE clock_timestamp() < CASE
	    WHEN h.present = _now THEN h.seen_at + interval '30 s'
	    WHEN h.seen_at > _k.lived_until - interval '30 s' THEN _k.epoch_since + interval '8 s'
	    ELSE _k.epoch_since + interval '3 s' END)
	INTO _left_out, _waiting
	FROM journal_host h WHERE h.lost_at IS NULL AND h.epoch IS DISTINCT FROM _now;
	IF _waiting IS NOT NULL THEN
		RETURN _waiting;
	END IF;
	IF _left_out > 0 THEN
		PERFORM set_config('synchronous_commit', _replicated, true);
	END IF;
	UPDATE status_clock k SET rev = k.rev + 1, forget_rev = k.rev + 1, cleared_epoch = _now
	WHERE k.single;
	RETURN NULL;
END
$$;
