-- How the company of a dual exam stands to a pass whose window's last day that is: open, confirmed, vetoed, or silent,
-- which is confirmed. Null: it has no window.
CREATE OR REPLACE FUNCTION talent._window_state(_window_to date, _decision text) RETURNS text
LANGUAGE sql STABLE AS $$
	SELECT CASE WHEN _window_to IS NULL THEN NULL WHEN _decision IS NOT NULL THEN _decision
	    WHEN _window_to >= talent._today() THEN 'open' ELSE 'silent' END
$$;
GRANT EXECUTE ON FUNCTION talent._window_state(date, text) TO talent_worker, talent_clerk, talent_jobs;
