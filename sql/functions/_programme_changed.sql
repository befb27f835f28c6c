-- Keeps what a programme is now as its next version, and writes it into the audit. The caller holds the
-- programme's row.
CREATE OR REPLACE FUNCTION talent._programme_changed(_actor uuid, _request text, _action text, _programme text,
	_reason text, _detail jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_version int := 1 + coalesce((SELECT max(v.version) FROM programme_version v WHERE v.programme = _programme), 0);
BEGIN
	INSERT INTO programme_version (programme, version, state, reason, set_by)
	VALUES (_programme, _version, _programme_state(_programme), _reason, _actor);
	INSERT INTO audit (actor, request, action, object, detail)
	SELECT _actor, _request, _action, p.id, jsonb_build_object('programme', _programme, 'version', _version,
	    'reason', _reason) || _detail
	FROM programme p WHERE p.slug = _programme;
END
$$;
