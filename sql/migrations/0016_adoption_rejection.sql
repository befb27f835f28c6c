-- A request for an adoption may be rejected, with a reason, also by whoever asked; then the number may be
-- asked for again.
ALTER TABLE talent.adoption
	ADD COLUMN reason text CHECK (reason IN ('not_the_holder', 'not_convincing', 'withdrawn', 'other')),
	ADD COLUMN note text CHECK (length(note) BETWEEN 1 AND 1000),
	DROP CONSTRAINT adoption_state_check,
	ADD CONSTRAINT adoption_state_check
		CHECK (state IN ('awaiting_approval', 'approved', 'rejected', 'expired')),
	DROP CONSTRAINT adoption_decided,
	ADD CONSTRAINT adoption_decided CHECK ((state IN ('approved', 'rejected')) =
		(decided_by IS NOT NULL) AND (state = 'awaiting_approval') = (decided_at IS NULL)),
	ADD CONSTRAINT adoption_reason CHECK ((state = 'rejected') = (reason IS NOT NULL)
		AND (state = 'rejected' OR note IS NULL));
DROP INDEX talent.adoption_open;
CREATE UNIQUE INDEX adoption_open ON talent.adoption (number)
	WHERE state IN ('awaiting_approval', 'approved');
CREATE INDEX adoption_waiting ON talent.adoption (requested_at) WHERE state = 'awaiting_approval';
CREATE INDEX adoption_requested ON talent.adoption (requested_at);
