-- Plans a training session. _work_type is the slug or the Chinese name.
--
-- @outcome created
-- @outcome replayed
-- @outcome organisation_suspended
-- @outcome work_type_unknown
-- @outcome level_not_offered
-- @outcome district_unknown
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _institution uuid, _title text, _occupation text, _edition text,
	_work_type text, _level text, _starts_on date, _ends_on date, _hours int, _capacity int,
	_district text,
	OUT outcome text, OUT session uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_slug text;
BEGIN
	SELECT i.seen, i.object INTO outcome, session
	FROM _idempotency(_actor, 'session_create', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(_institution));
	SELECT w.slug INTO _slug FROM work_type w
	WHERE w.occupation = _occupation AND w.edition = _edition
	AND _work_type IN (w.slug, w.name);
	IF NOT FOUND THEN
		outcome := 'work_type_unknown';
	ELSIF _level IS NOT NULL AND NOT EXISTS (SELECT FROM work_type_level l
	    WHERE l.occupation = _occupation AND l.edition = _edition AND l.work_type = _slug
	    AND l.level = _level) THEN
		outcome := 'level_not_offered';
	ELSIF NOT EXISTS (SELECT FROM district d WHERE d.code = _district) THEN
		outcome := 'district_unknown';
	ELSIF NOT EXISTS (SELECT FROM organisation o
	    WHERE o.id = _institution AND o.suspended_at IS NULL) THEN
		outcome := 'organisation_suspended';
	ELSE
		INSERT INTO training_session (id, institution, title, occupation, edition, work_type,
		    level, starts_on, ends_on, hours, capacity, district)
		VALUES (_id, _institution, _title, _occupation, _edition, _slug, _level, _starts_on,
		    _ends_on, _hours, _capacity, _district)
		ON CONFLICT (id) DO NOTHING;
		-- Else it is there: the same call, sent again because its COMMIT was not heard. The
		-- index waits for one that is still under way; looking first would miss it.
		IF FOUND THEN
			INSERT INTO audit (actor, request, action, object)
			VALUES (_actor, _request, 'session_create', _id);
		END IF;
		outcome := 'created';
		session := _id;
	END IF;
	PERFORM _idempotency_end(_actor, 'session_create', _idem_key,
	    CASE WHEN outcome IN ('created') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_create TO talent_worker;
