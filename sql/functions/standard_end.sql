-- Sets the last day of a standard, which is today or later, or moves one that is. What is announced for later days
-- stands in its way unless it is said that it stays: then exams take no results until they are moved to another
-- standard (exam_move), and sessions go on as they were planned.
--
-- @null _note
-- @outcome ended
-- @outcome replayed                that is its last day
-- @outcome not_found
-- @outcome standard_ended          before today
-- @outcome date_gone_by            before today
-- @outcome before_version          before the first day of its last version
-- @outcome standard_overlaps       another standard of the occupation is in force until then
-- @outcome standard_in_use         something is announced for a later day
-- @outcome idempotency_key_reused
-- @col at text                     a JSON pointer, of what stands against the day
CREATE OR REPLACE FUNCTION talent.standard_end(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_standard uuid, _valid_to date, _announced_stay boolean, _note text,
	OUT outcome text, OUT standard uuid, OUT at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s standard;
BEGIN
	SELECT i.seen, i.object INTO outcome, standard
	FROM _idempotency(_actor, 'standard_end', _idem_key, _idem_print, _standard) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7106, hashtext(s.occupation || '/' || s.edition))
	FROM standard s WHERE s.id = _standard;
	SELECT * INTO _s FROM standard s WHERE s.id = _standard;
	IF NOT FOUND THEN
		outcome := 'not_found';
	ELSIF _s.valid_to = _valid_to THEN
		outcome := 'replayed';
	ELSE
		SELECT c.refusal, c.at INTO outcome, at FROM _standard_change(_s, _valid_to, NULL) c;
		IF outcome IS NULL AND NOT _announced_stay AND EXISTS (SELECT FROM _standard_touched(_s.id, _valid_to + 1, NULL) t
		    WHERE t.exams + t.sessions > 0) THEN
			outcome := 'standard_in_use';
			at := '/valid_to';
		END IF;
	END IF;
	IF outcome IS NULL THEN
		UPDATE standard s SET valid_to = _valid_to WHERE s.id = _standard;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'standard_end', _standard, jsonb_build_object('from', _s.valid_to,
		    'to', _valid_to, 'announced_stay', _announced_stay, 'note', _note));
		outcome := 'ended';
	END IF;
	standard := CASE WHEN outcome IN ('ended', 'replayed') THEN _standard END;
	PERFORM _idempotency_end(_actor, 'standard_end', _idem_key, standard);
END
$$;
GRANT EXECUTE ON FUNCTION talent.standard_end TO talent_worker;
