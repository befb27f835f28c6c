-- Adds a version to a standard: what it says from a day on. What was said until then stays, and what is held
-- until then is held under it.
--
-- @json _version new_standard_version
-- @outcome created
-- @outcome replayed                the last version is from that day, and says the same
-- @outcome not_found
-- @outcome standard_ended
-- @outcome date_gone_by            not after today
-- @outcome before_version          not after the first day of the last version
-- @outcome after_end               behind the standard's last day
-- @outcome versions_full           it has as many versions as a standard can have
-- @outcome standard_in_use         at: what is announced for that day or later is not in it any more
-- @outcome work_type_differs       at: it has that slug with another name, or that name with another slug
-- @outcome level_unknown           at
-- @outcome prerequisite_not_below  at: not a lower level than the one it is for
-- @outcome idempotency_key_reused
-- @col at text                     a JSON pointer
CREATE OR REPLACE FUNCTION talent.standard_version_add(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_version json,
	OUT outcome text, OUT standard uuid, OUT at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_v new_standard_version := json_populate_record(NULL::new_standard_version, _version);
	_s standard;
	_n int;
	_hash text := encode(sha256(convert_to(_version::jsonb::text, 'UTF8')), 'hex');
BEGIN
	SELECT i.seen, i.object INTO outcome, standard
	FROM _idempotency(_actor, 'standard_version_add', _idem_key, _idem_print, _v.standard) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7106, hashtext(s.occupation || '/' || s.edition))
	FROM standard s WHERE s.id = _v.standard;
	SELECT * INTO _s FROM standard s WHERE s.id = _v.standard;
	IF NOT FOUND THEN
		outcome := 'not_found';
	ELSIF EXISTS (SELECT FROM audit u JOIN standard_version v ON v.standard = u.object
	    AND v.version = (u.detail ->> 'version')::int
	    WHERE u.object = _s.id AND u.action = 'standard_version_add' AND v.valid_from = _v.valid_from
	    AND u.detail ->> 'sha256' = _hash) THEN
		outcome := 'replayed';
	ELSE
		SELECT c.refusal, c.at INTO outcome, at FROM _standard_change(_s, _v.valid_from, _v.work_types) c;
		IF outcome IS NULL AND EXISTS (SELECT FROM _standard_touched(_s.id, _v.valid_from, _v.work_types) t
		    WHERE t.exams_dropped + t.sessions_dropped > 0) THEN
			outcome := 'standard_in_use';
			at := '/work_types';
		END IF;
		IF outcome IS NULL THEN
			_n := _standard_version_add(_s.id, _v.valid_from, _v.note, _v.work_types);
			INSERT INTO audit (actor, request, action, object, detail)
			VALUES (_actor, _request, 'standard_version_add', _s.id, jsonb_build_object('version', _n,
			    'valid_from', _v.valid_from, 'note', _v.note, 'sha256', _hash));
			outcome := 'created';
		END IF;
	END IF;
	standard := CASE WHEN outcome IN ('created', 'replayed') THEN _s.id END;
	PERFORM _idempotency_end(_actor, 'standard_version_add', _idem_key, standard);
END
$$;
GRANT EXECUTE ON FUNCTION talent.standard_version_add TO talent_worker;
