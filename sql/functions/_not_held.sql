-- Refuses (TA006) while the history is held, or has not been compared with the journals in this epoch:
-- nothing is issued then and no number is given out.
CREATE OR REPLACE FUNCTION talent._not_held() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM talent.status_clock k WHERE k.held OR k.cleared_epoch <>
	    (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint) THEN
		RAISE EXCEPTION 'the database is older than what was acknowledged, or not yet compared'
		    USING ERRCODE = 'TA006', SCHEMA = 'talent', TABLE = 'status_clock',
		    CONSTRAINT = 'history_held';
	END IF;
END
$$;
