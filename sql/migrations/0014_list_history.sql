-- What each status list said at each of its revisions, so that a list that was signed can be worked
-- out again long afterwards: a note that a hash is a list's proves nothing by itself.

CREATE TABLE talent.status_list_revision (
	issuer uuid NOT NULL,
	purpose text NOT NULL,
	list integer NOT NULL,
	rev bigint NOT NULL,
	changed_at timestamptz NOT NULL,
	PRIMARY KEY (issuer, purpose, list, rev),
	FOREIGN KEY (issuer, purpose, list) REFERENCES talent.status_list
);

-- A bit was set from set_rev on, until cleared_rev.
CREATE TABLE talent.status_bit_span (
	issuer uuid NOT NULL,
	purpose text NOT NULL,
	list integer NOT NULL,
	idx integer NOT NULL,
	set_rev bigint NOT NULL,
	cleared_rev bigint,
	PRIMARY KEY (issuer, purpose, list, idx, set_rev),
	FOREIGN KEY (issuer, purpose, list) REFERENCES talent.status_list,
	CHECK (cleared_rev >= set_rev)
);

-- History begins with what the lists say now.
INSERT INTO talent.status_list_revision (issuer, purpose, list, rev, changed_at)
SELECT l.issuer, l.purpose, l.list, l.rev, l.changed_at FROM talent.status_list l;
INSERT INTO talent.status_bit_span (issuer, purpose, list, idx, set_rev)
SELECT b.issuer, b.purpose, b.list, b.idx, l.rev
FROM talent.status_bit b JOIN talent.status_list l USING (issuer, purpose, list);

-- Two changes of one revision are of one transaction: the last time is the one that is published.
CREATE FUNCTION talent._list_revised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO talent.status_list_revision AS r (issuer, purpose, list, rev, changed_at)
	VALUES (NEW.issuer, NEW.purpose, NEW.list, NEW.rev, NEW.changed_at)
	ON CONFLICT (issuer, purpose, list, rev) DO UPDATE SET changed_at = excluded.changed_at;
	RETURN NULL;
END
$$;
CREATE TRIGGER status_list_revised AFTER INSERT OR UPDATE ON talent.status_list
	FOR EACH ROW EXECUTE FUNCTION talent._list_revised();

-- Whoever changes a bit has stamped its list before.
CREATE FUNCTION talent._bit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		INSERT INTO talent.status_bit_span AS s (issuer, purpose, list, idx, set_rev)
		SELECT l.issuer, l.purpose, l.list, NEW.idx, l.rev FROM talent.status_list l
		WHERE l.issuer = NEW.issuer AND l.purpose = NEW.purpose AND l.list = NEW.list
		ON CONFLICT (issuer, purpose, list, idx, set_rev) DO UPDATE SET cleared_rev = NULL;
	ELSE
		UPDATE talent.status_bit_span s SET cleared_rev = l.rev FROM talent.status_list l
		WHERE l.issuer = OLD.issuer AND l.purpose = OLD.purpose AND l.list = OLD.list
		AND s.issuer = OLD.issuer AND s.purpose = OLD.purpose AND s.list = OLD.list
		AND s.idx = OLD.idx AND s.cleared_rev IS NULL;
	END IF;
	RETURN NULL;
END
$$;
CREATE TRIGGER status_bit_changed AFTER INSERT OR DELETE ON talent.status_bit
	FOR EACH ROW EXECUTE FUNCTION talent._bit_changed();

CREATE TRIGGER status_list_revision_immutable BEFORE DELETE ON talent.status_list_revision
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER status_list_revision_truncate BEFORE TRUNCATE ON talent.status_list_revision
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER status_bit_span_immutable BEFORE DELETE ON talent.status_bit_span
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER status_bit_span_truncate BEFORE TRUNCATE ON talent.status_bit_span
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
GRANT SELECT ON talent.status_list_revision, talent.status_bit_span TO talent_worker, talent_clerk;

-- What else the bytes of a list follow from. Older notes have neither, and cannot be worked out.
ALTER TABLE talent.signed_list
	ADD COLUMN older boolean NOT NULL DEFAULT true,
	ADD COLUMN day date,		-- in UTC, on which the list was made
	ADD COLUMN encoded text COLLATE "C",	-- its bits as it has them: which bytes is zlib's choice
	ADD CONSTRAINT signed_list_encoded CHECK (length(encoded) < 30000),
	ADD CONSTRAINT signed_list_complete
		CHECK (older OR (day IS NOT NULL AND encoded IS NOT NULL));
ALTER TABLE talent.signed_list ALTER COLUMN older SET DEFAULT false;
DROP FUNCTION IF EXISTS talent.status_list_signed(bytea, text, text, int, bigint, text);
