-- The Shanghai day on which it was recorded that a certificate had come to one of these ends: its first
-- such event's. _else where there is none.
CREATE OR REPLACE FUNCTION talent._ended_on(_certificate uuid, _kinds text[], _else date) RETURNS date
LANGUAGE plpgsql STABLE AS $$
BEGIN
	RETURN coalesce((SELECT min(talent._day(e.at)) FROM talent.certificate_event e
	    WHERE e.certificate = _certificate AND e.kind = ANY (_kinds)), _else);
END
$$;
