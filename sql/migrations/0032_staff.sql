-- Who works for an organisation, or administers the registry: tokens and client certificates belong to
-- somebody. Those that were there belong to a staff member whom nobody has named, one for each organisation
-- and role.

CREATE TABLE talent.staff (
	id uuid PRIMARY KEY,
	organisation uuid REFERENCES talent.organisation,	-- of administrators and auditors: their authority, or none yet
	role text NOT NULL CHECK (role IN ('institution', 'company', 'administrator', 'auditor', 'employer')),
	name text CHECK (name ~ '\S' AND length(name) <= 100),	-- null: not named yet
	rights text NOT NULL CHECK (rights IN ('reads', 'submits', 'manages')),
	districts text[] NOT NULL DEFAULT '{}',	-- limits an administrator; empty: the whole city
	created_at timestamptz NOT NULL DEFAULT now(),
	-- Who let them in: the owner of the database, one person or two; none: they were there before anybody
	-- was asked.
	admission text NOT NULL CHECK (admission IN ('none', 'owner', 'one_person', 'two_people')),
	admitted_by uuid REFERENCES talent.staff,
	approved_by uuid REFERENCES talent.staff,	-- the second of two
	admitted_at timestamptz,	-- null: waits for the second
	named_at timestamptz,
	left_at timestamptz,
	CONSTRAINT staff_role_organisation CHECK (role IN ('administrator', 'auditor') OR organisation IS NOT NULL),
	CONSTRAINT staff_districts CHECK (role = 'administrator' OR districts = '{}'),
	CONSTRAINT staff_named CHECK ((name IS NULL) = (named_at IS NULL)),
	CONSTRAINT staff_admission CHECK (
		(admission IN ('one_person', 'two_people')) = (admitted_by IS NOT NULL)
		AND (admission = 'two_people' AND admitted_at IS NOT NULL) = (approved_by IS NOT NULL)
		AND approved_by <> admitted_by),
	CONSTRAINT staff_role_key UNIQUE (id, role),
	CONSTRAINT staff_organisation_key UNIQUE (id, organisation)
);
CREATE UNIQUE INDEX staff_unnamed ON talent.staff (organisation, role) NULLS NOT DISTINCT
	WHERE name IS NULL AND left_at IS NULL;
CREATE INDEX staff_of ON talent.staff (organisation, id);
CREATE TRIGGER staff_immutable BEFORE DELETE ON talent.staff
	FOR EACH ROW EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER staff_truncate BEFORE TRUNCATE ON talent.staff
	FOR EACH STATEMENT EXECUTE FUNCTION talent._immutable();
CREATE TRIGGER staff_transition BEFORE UPDATE ON talent.staff FOR EACH ROW
	WHEN ((OLD.id, OLD.role, OLD.created_at) IS DISTINCT FROM (NEW.id, NEW.role, NEW.created_at)
		OR OLD.left_at IS NOT NULL
		OR (OLD.organisation IS NOT NULL AND OLD.organisation <> NEW.organisation)
		OR (OLD.name IS NOT NULL AND NEW.name IS NULL)
		OR (OLD.admitted_at IS NOT NULL AND NEW.admitted_at IS DISTINCT FROM OLD.admitted_at))
	EXECUTE FUNCTION talent._transition();
CREATE TRIGGER staff_name_shown BEFORE INSERT OR UPDATE OF name ON talent.staff FOR EACH ROW
	WHEN (NEW.name IS NOT NULL) EXECUTE FUNCTION talent._shown('name');
GRANT SELECT ON talent.staff TO talent_worker, talent_clerk, talent_jobs;

-- What nobody in particular may do with a credential of that role: all that it could before.
CREATE FUNCTION talent._rights_of(_role text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
	SELECT CASE _role WHEN 'administrator' THEN 'manages' WHEN 'auditor' THEN 'reads' ELSE 'submits' END
$$;

INSERT INTO talent.staff (id, organisation, role, rights, admission, created_at, admitted_at)
SELECT gen_random_uuid(), c.organisation, c.role, talent._rights_of(c.role), 'none', min(c.created_at), min(c.created_at)
FROM (SELECT organisation, role, created_at FROM talent.token
	UNION ALL SELECT organisation, role, created_at FROM talent.client_certificate) c
GROUP BY c.organisation, c.role;

ALTER TABLE talent.token ADD COLUMN staff uuid;
ALTER TABLE talent.client_certificate ADD COLUMN staff uuid;
UPDATE talent.token t SET staff = s.id FROM talent.staff s
WHERE s.role = t.role AND s.organisation IS NOT DISTINCT FROM t.organisation;
UPDATE talent.client_certificate t SET staff = s.id FROM talent.staff s
WHERE s.role = t.role AND s.organisation IS NOT DISTINCT FROM t.organisation;
ALTER TABLE talent.token ALTER COLUMN staff SET NOT NULL,
	ADD CONSTRAINT token_staff FOREIGN KEY (staff, role) REFERENCES talent.staff (id, role),
	ADD CONSTRAINT token_staff_organisation FOREIGN KEY (staff, organisation)
		REFERENCES talent.staff (id, organisation);
ALTER TABLE talent.client_certificate ALTER COLUMN staff SET NOT NULL,
	ADD CONSTRAINT client_certificate_staff FOREIGN KEY (staff, role) REFERENCES talent.staff (id, role),
	ADD CONSTRAINT client_certificate_staff_organisation FOREIGN KEY (staff, organisation)
		REFERENCES talent.staff (id, organisation);
CREATE INDEX token_of_staff ON talent.token (staff);
CREATE INDEX client_certificate_of_staff ON talent.client_certificate (staff);

-- A credential of which nobody says whose it is belongs to the unnamed one.
CREATE FUNCTION talent._credential_staff() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	LOOP
		SELECT s.id INTO NEW.staff FROM talent.staff s
		WHERE s.role = NEW.role AND s.organisation IS NOT DISTINCT FROM NEW.organisation
		AND s.name IS NULL AND s.left_at IS NULL
		FOR SHARE;
		EXIT WHEN FOUND;
		INSERT INTO talent.staff (id, organisation, role, rights, admission, admitted_at)
		VALUES (gen_random_uuid(), NEW.organisation, NEW.role, talent._rights_of(NEW.role), 'none', now())
		ON CONFLICT DO NOTHING;
	END LOOP;
	RETURN NEW;
END
$$;
CREATE TRIGGER token_whose BEFORE INSERT ON talent.token FOR EACH ROW
	WHEN (NEW.staff IS NULL) EXECUTE FUNCTION talent._credential_staff();
CREATE TRIGGER client_certificate_whose BEFORE INSERT ON talent.client_certificate FOR EACH ROW
	WHEN (NEW.staff IS NULL) EXECUTE FUNCTION talent._credential_staff();

-- The history of a thing is what the audit says about it. Results have none in this index, because they are
-- many and found by their time.
CREATE INDEX audit_object ON talent.audit (object, id) WHERE action <> 'assessment_submit';
