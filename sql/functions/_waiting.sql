-- What waits to be done, item by item: a view for each job whose items are claimed (job_claim).

CREATE OR REPLACE VIEW talent.publish_waiting AS
SELECT a.id, a.publish_on FROM talent.assessment a
WHERE a.state = 'awaiting_publication' AND a.publish_on <= talent._today()
-- earlier versions took results of exams that are still to be held
AND (SELECT e.held_on FROM talent.exam e WHERE e.id = a.exam) <= talent._today()
-- what is checked again is published afterwards
AND (SELECT r.state FROM talent.recheck r WHERE r.assessment = a.id) IS DISTINCT FROM 'open';

CREATE OR REPLACE VIEW talent.confirm_waiting AS
SELECT k.key FROM talent.issuer_key k WHERE k.wrapped_before IS NOT NULL;

-- Issuers whose status lists have no key of their own, and the registry, when it has none for receipts.
CREATE OR REPLACE VIEW talent.list_key_waiting AS
SELECT o.id, o.slug FROM talent.organisation o
WHERE (EXISTS (SELECT FROM talent.issuer_key k WHERE k.organisation = o.id)
	OR EXISTS (SELECT FROM talent.status_list l WHERE l.issuer = o.id))
AND NOT EXISTS (SELECT FROM talent.issuer_key k WHERE k.organisation = o.id AND k.signs = 'lists'
	AND k.state IN ('published', 'active'))
UNION ALL
SELECT NULL, talent._registry()
WHERE NOT EXISTS (SELECT FROM talent.issuer_key k WHERE k.signs = 'receipts'
	AND k.state IN ('published', 'active'));

CREATE OR REPLACE VIEW talent.verify_waiting AS
SELECT u.serial FROM talent.unverified_signature u WHERE u.failed IS NULL;

-- Sealed under an older key than is wanted.
CREATE OR REPLACE VIEW talent.reseal_waiting AS
SELECT p.id FROM talent.person p
WHERE p.erased_at IS NULL AND p.id_key < (SELECT k.version FROM talent.person_key k);

-- The same of corrections that wait, whose document would become a person's.
CREATE OR REPLACE VIEW talent.reseal_waiting_corrections AS
SELECT c.id FROM talent.correction c
WHERE c.id_cipher IS NOT NULL AND c.id_key < (SELECT k.version FROM talent.person_key k);
