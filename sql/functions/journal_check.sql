-- Compares lines of a host's journal with the database: those behind number _after up to _through,
-- one in each line of _lines; _end: there were no more. What is missing holds the history: the status
-- row says so, and every host obeys it. A host that is new here is entered, and audited as such: what
-- it may have known before is not known. Each call is a sign of life.
-- What it writes is true of this server's history and of no other, so it does not wait for the synchronous
-- standby: verdicts come back after a crash though the standby is away. _journal_clear says when it must.
--
-- @outcome fits
-- @outcome gap                     the history is held
-- @outcome behind                  _after is not what was compared: go on from there
-- @outcome damaged                 missing is the first line that was not written like this: nothing is compared
-- @col compared bigint             go on behind it
-- @col joined bool                 it is new
-- @col cleared bool                this epoch has been compared by all hosts
-- @col missing text                the first lines
-- @col waiting text                hosts that are still waited for after three seconds
CREATE OR REPLACE FUNCTION talent.journal_check(
	_host uuid, _name text, _after bigint, _through bigint, _lines text, _end boolean,
	OUT outcome text, OUT compared bigint, OUT joined boolean, OUT cleared boolean,
	OUT missing text, OUT n_missing bigint, OUT waiting text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_now bigint := _epoch();
	_replicated text := current_setting('synchronous_commit');
BEGIN
	cleared := false;
	INSERT INTO journal_host (id, name) VALUES (_host, _name) ON CONFLICT DO NOTHING;
	joined := FOUND;
	IF joined THEN
		INSERT INTO audit (request, action, object, detail)
		VALUES ('journal', 'journal_joined', _host, jsonb_build_object('host', _name));
	END IF;
	IF NOT joined THEN
		PERFORM set_config('synchronous_commit', 'local', true);
	END IF;
	SELECT h.compared INTO compared FROM journal_host h WHERE h.id = _host FOR NO KEY UPDATE;
	IF EXISTS (SELECT FROM status_clock k WHERE k.epoch IS DISTINCT FROM _now) THEN
		UPDATE status_clock k SET rev = k.rev + 1, epoch = _now, epoch_since = clock_timestamp(),
		    lived_until = (SELECT max(h.seen_at) FROM journal_host h
		        WHERE h.lost_at IS NULL AND (h.id <> _host OR NOT journal_check.joined))
		WHERE k.single AND k.epoch IS DISTINCT FROM _now;
	END IF;
	UPDATE journal_host h SET seen_at = clock_timestamp(), present = _now WHERE h.id = _host;
	IF compared <> _after THEN
		outcome := 'behind';
		RETURN;
	END IF;
	SELECT l.line INTO missing
	FROM unnest(string_to_array(nullif(_lines, ''), E'\n')) WITH ORDINALITY l (line, n)
	WHERE NOT _journal_line_ok(l.line) ORDER BY l.n LIMIT 1;
	IF missing IS NOT NULL THEN
		outcome := 'damaged';
		RETURN;
	END IF;
	SELECT count(*), string_agg(m.line, ' | ' ORDER BY m.n) FILTER (WHERE m.n <= 3)
	INTO n_missing, missing
	FROM (SELECT g.line, row_number() OVER (ORDER BY g.n) AS n
	    FROM _journal_missing(string_to_array(nullif(_lines, ''), E'\n')) g) m;
	IF n_missing > 0 THEN
		outcome := 'gap';
		UPDATE status_clock k SET rev = k.rev + 1, forget_rev = k.rev + 1, held = true,
		    changed_at = clock_timestamp(), held_because = _name || ': ' || journal_check.missing
		WHERE k.single AND NOT k.held;
		RETURN;
	END IF;
	outcome := 'fits';
	compared := _through;
	UPDATE journal_host h SET compared = _through, epoch = CASE WHEN _end THEN _now ELSE h.epoch END
	WHERE h.id = _host;
	IF _end THEN
		waiting := _journal_clear(_now, _replicated);
		cleared := waiting IS NULL;
		IF EXISTS (SELECT FROM status_clock k
		    WHERE clock_timestamp() < k.epoch_since + interval '3 s') THEN
			waiting := NULL; /* nobody needs to be told yet */
		END IF;
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.journal_check TO talent_clerk, talent_jobs;
