-- From which day on a pass may be published when its company has decided: the day after its publicity, or the day of
-- its submission; never before today.
CREATE OR REPLACE FUNCTION talent._publish_from(_a talent.assessment, _publicity_days int) RETURNS date
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	RETURN greatest(_today(), _day(_a.recorded_at) + _publicity_days + (_publicity_days > 0)::int);
END
$$;
