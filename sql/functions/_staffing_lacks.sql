-- What an exam's staff falls short of, as words: one invigilator for 15 candidates and two for a room; an odd number of
-- assessors, three at least, one for five candidates; on the panel of a level that has a comprehensive review an odd
-- number, three at least (全媒体运营师国家职业技能标准, 监考、考评人员与考生配比).
CREATE OR REPLACE FUNCTION talent._staffing_lacks(_candidates int, _rooms int, _invigilators int, _assessors int,
	_panel int, _has_review boolean) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
	RETURN array_remove(ARRAY[
	    CASE WHEN _invigilators * 15 < _candidates THEN 'invigilators_per_candidate' END,
	    CASE WHEN _invigilators < 2 * _rooms THEN 'invigilators_per_room' END,
	    CASE WHEN _assessors < 3 THEN 'assessors_below_three' END,
	    CASE WHEN _assessors % 2 = 0 THEN 'assessors_even' END,
	    CASE WHEN _assessors * 5 < _candidates THEN 'assessors_per_candidate' END,
	    CASE WHEN _has_review AND coalesce(_panel, 0) < 3 THEN 'panel_below_three' END,
	    CASE WHEN _has_review AND _panel % 2 = 0 THEN 'panel_even' END], NULL);
END
$$;
