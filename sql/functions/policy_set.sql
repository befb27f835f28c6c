-- Sets a policy anew from a day on, today when none is named. The value is one that the policy can have.
--
-- @null _from
-- @outcome set
-- @outcome replayed                the last version already says so
-- @outcome not_found
-- @outcome from_in_past            it would be about what has been done
-- @outcome policy_order            on some day from then on the default would be below the minimum
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.policy_set(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_id uuid, _policy text, _value text, _from date, _reason text,
	OUT outcome text, OUT version uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_day date := coalesce(_from, _today());
	_last policy_version;
BEGIN
	SELECT i.seen, i.object INTO outcome, version
	FROM _idempotency(_actor, 'policy_set', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	-- One at a time: they are compared with each other.
	PERFORM FROM policy p ORDER BY p.name FOR NO KEY UPDATE;
	SELECT * INTO _last FROM policy_version v WHERE v.policy = _policy ORDER BY v.version DESC LIMIT 1;
	IF (_last.value, _last.in_force_from) = (_value, _day) THEN
		outcome := 'replayed';
		version := _last.id;
	ELSE
		outcome := coalesce(_policy_refusal(_policy, _value, _day), 'set');
	END IF;
	IF outcome = 'set' THEN
		version := _id;
		INSERT INTO audit (actor, request, action, object, detail)
		SELECT _actor, _request, 'policy_set', p.id, jsonb_build_object('policy', _policy, 'version',
		    _last.version + 1, 'from', _policy(_policy, _day), 'to', _value, 'day', _day, 'reason', _reason)
		FROM policy p WHERE p.name = _policy;
		INSERT INTO policy_version (id, policy, version, value, in_force_from, reason, set_by)
		VALUES (_id, _policy, _last.version + 1, _value, _day, _reason, _actor);
	END IF;
	PERFORM _idempotency_end(_actor, 'policy_set', _idem_key, version);
END
$$;
GRANT EXECUTE ON FUNCTION talent.policy_set TO talent_worker;
