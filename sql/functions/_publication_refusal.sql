-- What stands in the way of publishing a pass whose day has come, or null. The caller holds guards
-- and person, or asks in vain that something has changed. A closed exam takes no results; those it
-- took are published.
CREATE OR REPLACE FUNCTION talent._publication_refusal(_f talent.exam_facts,
	_a talent.assessment, OUT reason text, OUT certificate_number text)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	IF _f.standing NOT IN ('ok', 'exam_closed') THEN
		reason := _f.standing;
		RETURN;
	END IF;
	IF _f.body_key IS NULL OR (_f.partner IS NOT NULL AND _f.company_key IS NULL) THEN
		reason := 'issuer_not_ready';
		RETURN;
	END IF;
	IF _a.supplied_number IS NULL
	    AND (_f.body_number_prefix IS NULL OR _f.level_digit IS NULL) THEN
		reason := 'numbers_used_up';
		RETURN;
	END IF;
	certificate_number := _live_grade(_a.person, _f.occupation, _f.work_type, _f.level);
	IF certificate_number IS NOT NULL THEN
		reason := 'already_certified';
	ELSIF _a.supplied_number IS NOT NULL
	    AND _number_taken(_a.supplied_number, _f.body, _a.id, _f.site) THEN
		reason := 'number_taken';
		certificate_number := _a.supplied_number;
	END IF;
END
$$;
