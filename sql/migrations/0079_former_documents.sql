-- Whoever hands in a document that was corrected since is found by the queries of the daemons (_person_of).
GRANT SELECT (id_hash, person) ON talent.former_document TO talent_worker, talent_clerk, talent_jobs;
