-- The life of an issuing key after its making. Each change is asked for by one person and
-- decided by another; a revoked key carries the time from which it is not to be trusted.

ALTER TABLE talent.issuer_key
	ADD COLUMN revoked_from timestamptz,
	ADD CONSTRAINT issuer_key_revoked_from
		CHECK ((state = 'revoked') = (revoked_from IS NOT NULL));

CREATE TABLE talent.key_action (
	id uuid PRIMARY KEY,
	organisation uuid NOT NULL REFERENCES talent.organisation,
	action text NOT NULL CHECK (action IN ('rotation', 'retirement', 'revocation')),
	key text COLLATE "C" REFERENCES talent.issuer_key,	-- null: both active ones
	revoke_from date,
	state text NOT NULL DEFAULT 'awaiting_approval'
		CHECK (state IN ('awaiting_approval', 'approved', 'rejected', 'expired')),
	requested_by uuid NOT NULL,	-- token or client certificate, as in audit
	requested_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
	decided_by uuid,
	decided_at timestamptz,
	CHECK ((action = 'rotation') = (key IS NULL)),
	CHECK ((action = 'revocation') = (revoke_from IS NOT NULL)),
	CONSTRAINT key_action_decided CHECK ((state IN ('approved', 'rejected')) =
		(decided_by IS NOT NULL) AND (state = 'awaiting_approval') = (decided_at IS NULL)),
	-- Whoever asked may take it back, but not approve it.
	CONSTRAINT key_action_two_persons CHECK (state <> 'approved' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX key_action_open ON talent.key_action (organisation, action, coalesce(key, ''))
	WHERE state = 'awaiting_approval';
CREATE INDEX key_action_requested ON talent.key_action (requested_at);

CREATE TRIGGER key_action_immutable BEFORE DELETE ON talent.key_action
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER key_action_truncate BEFORE TRUNCATE ON talent.key_action
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
-- What was asked for stands; it is decided once, and approved only in time.
CREATE TRIGGER key_action_transition BEFORE UPDATE ON talent.key_action FOR EACH ROW
	WHEN ((OLD.id, OLD.organisation, OLD.action, OLD.key, OLD.revoke_from, OLD.requested_by,
		OLD.requested_at, OLD.expires_at) IS DISTINCT FROM
		(NEW.id, NEW.organisation, NEW.action, NEW.key, NEW.revoke_from, NEW.requested_by,
		NEW.requested_at, NEW.expires_at)
		OR OLD.state <> 'awaiting_approval'
		OR (NEW.state = 'approved' AND now() >= OLD.expires_at)
		OR (NEW.state = 'expired' AND now() < OLD.expires_at))
	EXECUTE FUNCTION talent._transition();
-- The date of a revocation is final, as the revocation is.
CREATE TRIGGER issuer_key_revoked_from BEFORE UPDATE ON talent.issuer_key FOR EACH ROW
	WHEN (OLD.revoked_from IS NOT NULL AND OLD.revoked_from IS DISTINCT FROM NEW.revoked_from)
	EXECUTE FUNCTION talent._transition();

-- The revision at which every host must forget its cached verdicts: a revoked key changes
-- more certificates than could be listed.
ALTER TABLE talent.status_clock ADD COLUMN forget_rev bigint NOT NULL DEFAULT 0;

GRANT SELECT ON talent.key_action TO talent_worker, talent_clerk;
