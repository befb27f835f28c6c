-- Changes what an organisation is called, where it is and who is asked; null: stays. What was signed keeps the name
-- that it was signed with, and what was counted its district; the history says from what to what.
--
-- @null _name _name_en _district _contact_name _contact_phone _note
-- @outcome changed
-- @outcome replayed                it is so
-- @outcome district_unknown
-- @outcome wrong_state             it was refused, or has ended
-- @outcome not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.organisation_change(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_slug text, _name text, _name_en text, _district text, _contact_name text, _contact_phone text, _note text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid;
	_was organisation;
	_is organisation;
	_detail jsonb;
BEGIN
	SELECT o.id INTO _id FROM organisation o WHERE o.slug = _slug;
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'organisation_change', _idem_key, _idem_print, _id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7101, uuid_hash(_id));
	SELECT * INTO _was FROM organisation o WHERE o.id = _id;
	IF _id IS NULL THEN
		outcome := 'not_found';
	ELSIF _was.state IN ('refused', 'ended') THEN
		outcome := 'wrong_state';
	ELSIF _district IS NOT NULL AND NOT EXISTS (SELECT FROM district d WHERE d.code = _district) THEN
		outcome := 'district_unknown';
	ELSE
		_is := _was;
		_is.name := coalesce(_name, _was.name);
		_is.name_en := coalesce(_name_en, _was.name_en);
		_is.district := coalesce(_district, _was.district);
		_is.contact_name := coalesce(_contact_name, _was.contact_name);
		_is.contact_phone := coalesce(_contact_phone, _was.contact_phone);
		SELECT jsonb_object_agg(n.key, jsonb_build_array(w.value, n.value)) INTO _detail
		FROM jsonb_each(to_jsonb(_is)) n JOIN jsonb_each(to_jsonb(_was)) w ON w.key = n.key
		WHERE n.value IS DISTINCT FROM w.value;
		outcome := CASE WHEN _detail IS NULL THEN 'replayed' ELSE 'changed' END;
		-- People are forgotten (retention_forget), the audit is not: that they changed is all that it says.
		IF _detail ?| '{contact_name,contact_phone}' THEN
			_detail := _detail - 'contact_name' - 'contact_phone' || '{"contact": "changed"}';
		END IF;
	END IF;
	IF outcome = 'changed' THEN
		UPDATE organisation o SET name = _is.name, name_en = _is.name_en, district = _is.district,
		    contact_name = _is.contact_name, contact_phone = _is.contact_phone
		WHERE o.id = _id;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'organisation_change', _id, _detail || jsonb_build_object('note', _note));
	END IF;
	PERFORM _idempotency_end(_actor, 'organisation_change', _idem_key,
	    CASE WHEN outcome IN ('changed', 'replayed') THEN _id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.organisation_change TO talent_worker;
