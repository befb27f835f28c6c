-- How people come in and go: invitations with a code that is shown once, and requests that a second named
-- administrator decides.

CREATE TABLE talent.staff_invitation (
	id uuid PRIMARY KEY,
	staff uuid NOT NULL REFERENCES talent.staff,
	hash talent.hash NOT NULL CONSTRAINT staff_invitation_hash_key UNIQUE,	-- of the code
	created_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL,
	ended_at timestamptz,	-- accepted, or another one took its place
	token uuid REFERENCES talent.token	-- what it gave
);
CREATE UNIQUE INDEX staff_invitation_open ON talent.staff_invitation (staff) WHERE ended_at IS NULL;
CREATE TRIGGER staff_invitation_immutable BEFORE DELETE ON talent.staff_invitation
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER staff_invitation_truncate BEFORE TRUNCATE ON talent.staff_invitation
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER staff_invitation_transition BEFORE UPDATE ON talent.staff_invitation FOR EACH ROW
	WHEN ((OLD.id, OLD.staff, OLD.hash, OLD.created_at, OLD.expires_at)
		IS DISTINCT FROM (NEW.id, NEW.staff, NEW.hash, NEW.created_at, NEW.expires_at)
		OR OLD.ended_at IS NOT NULL)
	EXECUTE FUNCTION talent._transition();
GRANT SELECT (id, staff, created_at, expires_at, ended_at, token) ON talent.staff_invitation
	TO talent_worker, talent_clerk, talent_jobs;

-- An administrator is to be admitted, named or changed.
CREATE TABLE talent.staff_request (
	id uuid PRIMARY KEY,
	staff uuid NOT NULL REFERENCES talent.staff,
	what text NOT NULL CHECK (what IN ('admission', 'change')),
	-- what a change brings; null: as it is
	name text CHECK (name ~ '\S' AND length(name) <= 100),
	rights text CHECK (rights IN ('reads', 'submits', 'manages')),
	districts text[],
	state text NOT NULL DEFAULT 'awaiting_approval'
		CHECK (state IN ('awaiting_approval', 'approved', 'rejected', 'expired')),
	requested_by uuid NOT NULL,	-- token or client certificate, as in audit
	requested_at timestamptz NOT NULL DEFAULT now(),
	expires_at timestamptz NOT NULL DEFAULT now() + interval '24 hours',
	decided_by uuid,
	decided_at timestamptz,
	CONSTRAINT staff_request_decided CHECK ((state IN ('approved', 'rejected')) = (decided_by IS NOT NULL)
		AND (state = 'awaiting_approval') = (decided_at IS NULL)),
	CONSTRAINT staff_request_two_people CHECK (state <> 'approved' OR decided_by <> requested_by)
);
CREATE UNIQUE INDEX staff_request_open ON talent.staff_request (staff) WHERE state = 'awaiting_approval';
CREATE TRIGGER staff_request_immutable BEFORE DELETE ON talent.staff_request
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER staff_request_truncate BEFORE TRUNCATE ON talent.staff_request
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER staff_request_transition BEFORE UPDATE ON talent.staff_request FOR EACH ROW
	WHEN ((OLD.id, OLD.staff, OLD.what, OLD.name, OLD.rights, OLD.districts, OLD.requested_by, OLD.requested_at,
		OLD.expires_at) IS DISTINCT FROM (NEW.id, NEW.staff, NEW.what, NEW.name, NEW.rights, NEW.districts,
		NEW.requested_by, NEW.requested_at, NEW.expires_at)
		OR OLD.state <> 'awaiting_approval')
	EXECUTE FUNCTION talent._transition();
CREATE TRIGGER staff_request_name_shown BEFORE INSERT ON talent.staff_request FOR EACH ROW
	WHEN (NEW.name IS NOT NULL) EXECUTE FUNCTION talent._shown('name');
GRANT SELECT ON talent.staff_request TO talent_worker, talent_clerk, talent_jobs;

-- The rule looks at both people.
DROP FUNCTION IF EXISTS talent._decision(text, text, timestamptz, uuid, uuid);
-- Whose a new credential is, is said.
DROP FUNCTION IF EXISTS talent.token_create(uuid, text, bytea, bytea, uuid, text, uuid, text[], text, bytea,
	timestamptz);
DROP FUNCTION IF EXISTS talent.client_certificate_add(uuid, text, bytea, bytea, uuid, text, uuid, text[], text,
	bytea, timestamptz);
