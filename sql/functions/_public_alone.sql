-- The facts of an exam as they are for a pass that its company has vetoed: those of the public certificate alone.
-- For any other pass as they are.
CREATE OR REPLACE FUNCTION talent._public_alone(_f talent.exam_facts, _a talent.assessment) RETURNS talent.exam_facts
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM company_decision d WHERE d.assessment = _a.id AND d.decision = 'vetoed') THEN
		_f.standing := _f.public_standing;
		_f.partner := NULL;
		_f.partner_slug := NULL;
		_f.partner_name := NULL;
		_f.partner_title := NULL;
		_f.company_key := NULL;
	END IF;
	RETURN _f;
END
$$;
