-- Forgets what is kept no longer, by the policies on retention: verification records whose last day is over, and the
-- contacts of organisations that were refused or ended so many days ago as the policy of that day said. One that applies
-- again meanwhile has named another, or the same anew.
CREATE OR REPLACE FUNCTION talent.retention_forget(_limit int, OUT forgotten int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_id uuid;
BEGIN
	forgotten := verification_records_forget(_limit);
	FOR _id IN SELECT o.id FROM organisation o
	    WHERE o.state IN ('refused', 'ended') AND num_nonnulls(o.contact_name, o.contact_phone) > 0
	    AND _day(o.state_since) + _policy('organisation_contact_days', _day(o.state_since))::int < _today()
	    ORDER BY o.id LIMIT least(_limit, 100)
	LOOP
		-- The guard before the row, as whoever else moves it.
		PERFORM _guard_alone(7101, _id);
		UPDATE organisation o SET contact_name = NULL, contact_phone = NULL
		WHERE o.id = _id AND o.state IN ('refused', 'ended') AND num_nonnulls(o.contact_name, o.contact_phone) > 0
		AND _day(o.state_since) + _policy('organisation_contact_days', _day(o.state_since))::int < _today();
		IF FOUND THEN
			INSERT INTO audit (action, object) VALUES ('organisation_contact_forget', _id);
			forgotten := forgotten + 1;
		END IF;
	END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION talent.retention_forget TO talent_clerk, talent_jobs;
