-- Puts an organisation into an area from a day on, or (none) out of any: it is in at most one on a day. A figure
-- belongs to the area of its day, so what is counted of today is counted anew.
--
-- @outcome joined
-- @outcome replayed                it is so already
-- @outcome not_found               no such area or organisation
-- @outcome organisation_not_approved    it was never: what it applies for is said with the application
-- @outcome from_in_past
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.area_join(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_area text, _organisation text, _from date, _reason text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_to text := nullif(_area, 'none');
	_id uuid;
	_was organisation_area;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'area_join', _idem_key, _idem_print, NULL) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT o.id INTO _id FROM organisation o WHERE o.slug = _organisation;
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(_id));
	SELECT * INTO _was FROM organisation_area a
	WHERE a.organisation = _id AND _from BETWEEN a.valid_from AND a.valid_to;
	outcome := _area_outcome(_area, _organisation, _from);
	IF outcome = 'joined' THEN
		DELETE FROM organisation_area a WHERE a.organisation = _id AND a.valid_from >= _from;
		UPDATE organisation_area a SET valid_to = CASE WHEN a.area = _to THEN 'infinity' ELSE _from - 1 END
		WHERE a.organisation = _id AND a.valid_to >= _from;
		INSERT INTO organisation_area (organisation, area, valid_from)
		SELECT _id, _to, _from WHERE _to IS NOT NULL AND NOT EXISTS (SELECT FROM organisation_area a
		    WHERE a.organisation = _id AND a.valid_to >= _from);
		IF _from = _today() THEN
			UPDATE programme_measure x SET filled_at = NULL WHERE x.filled_at IS NOT NULL;
		END IF;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'area_join', _id, jsonb_build_object('organisation', _organisation,
		    'from', _was.area, 'to', _to, 'day', _from, 'reason', _reason));
	END IF;
	PERFORM _idempotency_end(_actor, 'area_join', _idem_key, CASE WHEN outcome IN ('joined', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.area_join TO talent_worker;
