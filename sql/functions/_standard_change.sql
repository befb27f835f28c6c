-- What speaks against a new version of a standard from a day on (_work_types), or its end with a day (null): the
-- word of an outcome and, for what it says, a JSON pointer; or nothing.
CREATE OR REPLACE FUNCTION talent._standard_change(_s talent.standard, _day date, _work_types talent.new_standard_work_type[],
	OUT refusal text, OUT at text)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_last date;
BEGIN
	SELECT max(v.valid_from) INTO _last FROM standard_version v WHERE v.standard = _s.id;
	at := CASE WHEN _work_types IS NULL THEN '/valid_to' ELSE '/valid_from' END;
	refusal := CASE
	    WHEN _s.valid_to < _today() THEN 'standard_ended'
	    WHEN _day < _today() + (_work_types IS NOT NULL)::int THEN 'date_gone_by'
	    WHEN _work_types IS NULL AND _day < _last THEN 'before_version'
	    WHEN _work_types IS NULL AND EXISTS (SELECT FROM standard o WHERE o.id <> _s.id
	        AND o.occupation = _s.occupation AND o.edition = _s.edition
	        AND o.valid_from BETWEEN _s.valid_from AND _day) THEN 'standard_overlaps'
	    WHEN _work_types IS NOT NULL AND _day <= _last THEN 'before_version'
	    WHEN _work_types IS NOT NULL AND _day > _s.valid_to THEN 'after_end'
	    -- each of them is in every answer about the standard, which has its limit too
	    WHEN _work_types IS NOT NULL AND ((SELECT count(*) FROM standard_version v WHERE v.standard = _s.id) >= 20
	        OR octet_length(_standard_versions(_s.id)) > 400000) THEN 'versions_full'
	    END;
	IF refusal IS NULL AND _work_types IS NOT NULL THEN
		SELECT c.refusal, c.at INTO refusal, at FROM _standard_content(_s.occupation, _s.edition, _work_types) c;
	END IF;
	IF refusal IS NULL THEN
		at := NULL;
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent._standard_change TO talent_worker;
