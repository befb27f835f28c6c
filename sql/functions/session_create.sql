-- Plans a training session. Its work type is the slug or the Chinese name, its district the institution's
-- on this day: it decides who sees the session, so it is not a matter of what somebody writes. Its standard is
-- null or the name of the one that is in force on its last day,
-- its site one of the institution's or null: the only one that it has, if it has one.
--
-- @json _session new_session
-- @outcome created
-- @outcome replayed
-- @outcome organisation_suspended
-- @outcome work_type_unknown
-- @outcome level_not_offered
-- @outcome standard_unknown
-- @outcome standard_differs        belongs to another occupation
-- @outcome standard_not_in_force   on the session's last day
-- @outcome no_standard_in_force    of the occupation, on that day
-- @outcome district_differs        from the institution's
-- @outcome site_unknown
-- @outcome site_needed             the institution has several
-- @outcome site_ended              before that day
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.session_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_session json,
	OUT outcome text, OUT session uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s new_session := json_populate_record(NULL::new_session, _session);
	_standard record;
	_district text;
	_site uuid;
	_refused text;
BEGIN
	SELECT i.seen, i.object INTO outcome, session
	FROM _idempotency(_actor, 'session_create', _idem_key, _idem_print, _s.id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(_s.institution));
	SELECT o.district INTO _district FROM organisation o WHERE o.id = _s.institution;
	SELECT s.site, s.refusal INTO _site, _refused FROM _site_of(_s.institution, _s.site, _s.ends_on) s;
	SELECT * INTO _standard
	FROM _standard_for(_s.standard, _s.occupation, _s.edition, _s.work_type, _s.level, _s.ends_on);
	IF _standard.refusal IS NOT NULL THEN
		outcome := _standard.refusal;
	ELSIF _s.district <> _district THEN
		outcome := 'district_differs';
	ELSIF _refused IS NOT NULL THEN
		outcome := _refused;
	ELSIF NOT EXISTS (SELECT FROM organisation o
	    WHERE o.id = _s.institution AND o.suspended_at IS NULL) THEN
		outcome := 'organisation_suspended';
	ELSE
		INSERT INTO training_session (id, institution, title, occupation, edition, work_type,
		    level, starts_on, ends_on, hours, capacity, district, standard, site)
		VALUES (_s.id, _s.institution, _s.title, _s.occupation, _s.edition, _standard.slug, _s.level,
		    _s.starts_on, _s.ends_on, _s.hours, _s.capacity, _district, _standard.standard, _site)
		ON CONFLICT (id) DO NOTHING;
		-- Else it is there: the same call, sent again because its COMMIT was not heard. The
		-- index waits for one that is still under way; looking first would miss it.
		IF FOUND THEN
			INSERT INTO audit (actor, request, action, object)
			VALUES (_actor, _request, 'session_create', _s.id);
		END IF;
		outcome := 'created';
		session := _s.id;
	END IF;
	PERFORM _idempotency_end(_actor, 'session_create', _idem_key,
	    CASE WHEN outcome IN ('created') THEN _s.id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.session_create TO talent_worker;
