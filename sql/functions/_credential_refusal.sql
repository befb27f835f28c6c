-- Why a credential of this role cannot be given, or null.
CREATE OR REPLACE FUNCTION talent._credential_refusal(_role text, _organisation uuid,
	_districts text[]) RETURNS text
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_kinds text[];
BEGIN
	IF _organisation IS NOT NULL THEN
		SELECT array_agg(k.kind) INTO _kinds
		FROM organisation o JOIN organisation_kind k ON k.organisation = o.id
		WHERE o.id = _organisation;
		IF _kinds IS NULL THEN
			RETURN 'organisation_unknown';
		END IF;
	END IF;
	IF EXISTS (SELECT FROM unnest(_districts) u
	    WHERE NOT EXISTS (SELECT FROM district d WHERE d.code = u)) THEN
		RETURN 'district_unknown';
	END IF;
	IF (_role <> 'administrator' AND cardinality(_districts) > 0) OR NOT (CASE _role
	    WHEN 'institution' THEN coalesce(_kinds && ARRAY['training_institution',
	        'evaluation_body', 'school', 'hr_agency', 'training_base', 'association'], false)
	    WHEN 'company' THEN coalesce('livestreaming_company' = ANY (_kinds), false)
	    WHEN 'employer' THEN _organisation IS NOT NULL
	    WHEN 'administrator' THEN _organisation IS NULL
	    WHEN 'auditor' THEN _organisation IS NULL
	    ELSE false END) THEN
		RETURN 'role_unsuitable';
	END IF;
	RETURN CASE WHEN _not_approved(_organisation) THEN 'organisation_not_approved' END;
END
$$;
