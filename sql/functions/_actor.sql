-- Whose a token or a client certificate is: what audit.actor and the like mean.
CREATE OR REPLACE VIEW talent.actor AS
SELECT t.id, t.label, t.role, s.id AS staff, s.name, s.organisation
FROM talent.token t JOIN talent.staff s ON s.id = t.staff
UNION ALL
SELECT c.id, c.label, c.role, s.id, s.name, s.organisation
FROM talent.client_certificate c JOIN talent.staff s ON s.id = c.staff;
GRANT SELECT ON talent.actor TO talent_worker, talent_clerk, talent_jobs;
