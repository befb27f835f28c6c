-- What a change of a standard would touch, or why it would be refused; nothing is stored. _content is a JSON array
-- of new_standard_work_type, null for an end with the day. No row: there is no such standard.
CREATE OR REPLACE FUNCTION talent._standard_preview(_standard uuid, _day date, _content text)
RETURNS TABLE (refusal text, at text, exams bigint, sessions bigint, accreditations bigint, recognitions bigint,
	agreement_titles bigint, exams_dropped bigint, sessions_dropped bigint, accreditations_dropped bigint,
	recognitions_dropped bigint, agreement_titles_dropped bigint, to_move text)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s standard;
	_work_types talent.new_standard_work_type[] := CASE WHEN _content IS NOT NULL THEN ARRAY(
	    SELECT json_populate_record(NULL::new_standard_work_type, e) FROM json_array_elements(_content::json) e) END;
BEGIN
	SELECT * INTO _s FROM standard s WHERE s.id = _standard;
	IF FOUND THEN
		RETURN QUERY SELECT c.refusal, c.at, t.exams, t.sessions, t.accreditations, t.recognitions,
		    t.agreement_titles, t.exams_dropped, t.sessions_dropped, t.accreditations_dropped,
		    t.recognitions_dropped, t.agreement_titles_dropped,
		    _standard_dropped(_standard, _day + (_content IS NULL)::int, _work_types)
		FROM _standard_change(_s, _day, _work_types) c,
		    _standard_touched(_standard, _day + (_content IS NULL)::int, _work_types) t;
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent._standard_preview TO talent_worker;
