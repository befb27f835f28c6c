-- The audit as people read it: who did what, when, to what. Without an actor the registry did it by itself.
CREATE OR REPLACE VIEW talent.audit_entry AS
SELECT u.id, u.at, u.action, u.object, u.actor, a.staff, a.name AS staff_name, a.role, a.label, a.organisation,
	o.slug AS organisation_slug, o.name AS organisation_name, u.request, u.detail
FROM talent.audit u
LEFT JOIN talent.actor a ON a.id = u.actor
LEFT JOIN talent.organisation o ON o.id = a.organisation;
GRANT SELECT ON talent.audit_entry TO talent_worker, talent_clerk, talent_jobs;
