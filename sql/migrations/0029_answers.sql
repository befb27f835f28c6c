-- A repetition is answered as the first call was, whatever has happened since; and why something was taken
-- back is found again when somebody takes it back with another reason.

-- What a repetition cannot read any more: state and dates of a certificate then. Null: nothing, or the key
-- is older than this column; then it is answered as it stands.
ALTER TABLE talent.idempotency ADD COLUMN answer jsonb;

-- Reasons that no row of their own keeps are in the audit.
CREATE INDEX audit_reason ON talent.audit (object, action)
	WHERE action IN ('assessment_annul', 'accreditation_suspend', 'agreement_suspend');

-- More is said than before.
DROP FUNCTION IF EXISTS talent._idempotency(uuid, text, bytea, bytea, uuid);
DROP FUNCTION IF EXISTS talent._idempotency_end(uuid, text, bytea, uuid);
DROP FUNCTION IF EXISTS talent._certificate_move(uuid, text, bytea, bytea, text, text, text, text);
DROP FUNCTION IF EXISTS talent.certificate_revoke(uuid, text, bytea, bytea, text, text, text);
DROP FUNCTION IF EXISTS talent.certificate_suspend(uuid, text, bytea, bytea, text, text, text);
DROP FUNCTION IF EXISTS talent.certificate_reinstate(uuid, text, bytea, bytea, text, text, text);
DROP FUNCTION IF EXISTS talent.assessment_annul(uuid, text, bytea, bytea, uuid, text, text);
DROP FUNCTION IF EXISTS talent.adoption_reject(uuid, text, bytea, bytea, uuid, text, text);
