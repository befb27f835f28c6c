-- Whose series of numbers is meant: a site's or a company's, or an organisation's from before there were
-- sites, whose numbers a site goes on with.
CREATE OR REPLACE FUNCTION talent._series(_named uuid, _kind text) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN coalesce((SELECT s.id FROM site s WHERE s.continues = _named AND _kind = 'skill_grade'), _named);
END
$$;
