-- Why a pass that no numbers were minted for cannot have them: a series of this year, the site's or
-- the company's, has no block left to reserve. Null: nothing is in the way. Next year's series begins
-- anew.
CREATE OR REPLACE FUNCTION talent._series_refusal(_f talent.exam_facts, _a talent.assessment)
RETURNS text
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM number_block b
	    WHERE b.year = extract(year FROM _today()) AND
	        (b.series, b.kind, b.level) IN ((_f.site, 'skill_grade', _f.level),
	            (_f.partner, 'company', ''))
	        AND NOT (b.kind = 'skill_grade' AND _a.supplied_number IS NOT NULL)
	        AND b.next + _block_size() > _series_last(b.kind) + 1) THEN
		RETURN 'numbers_used_up';
	END IF;
	RETURN NULL;
END
$$;
