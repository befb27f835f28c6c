-- Accreditations and recognitions are given, suspended, reinstated and ended by the API. Whoever writes them
-- writes what can be: levels that the work has, and no two that say the same of the same day. These bind what is
-- written from now on.

ALTER TABLE talent.accreditation ADD COLUMN suspension_reason text;	-- null: unknown, or not suspended
ALTER TABLE talent.recognition ADD COLUMN suspension_reason text;
ALTER TABLE talent.agreement ADD COLUMN suspension_reason text;

UPDATE talent.accreditation t SET suspension_reason = (SELECT u.detail ->> 'reason' FROM talent.audit u
	WHERE u.object = t.id AND u.action = 'accreditation_suspend' ORDER BY u.id DESC LIMIT 1)
WHERE t.suspended_at IS NOT NULL;
UPDATE talent.agreement t SET suspension_reason = (SELECT u.detail ->> 'reason' FROM talent.audit u
	WHERE u.object = t.id AND u.action = 'agreement_suspend' ORDER BY u.id DESC LIMIT 1)
WHERE t.suspended_at IS NOT NULL;

CREATE TYPE talent.new_standing AS (
	id uuid, organisation text, occupation text, edition text, work_type text, levels text[],
	valid_from date, valid_to date
);

-- The guards are held (a_guard), so whoever was first is seen. The arguments: what of a work_type_level row,
-- and what of another row x of the table, is of the same work as the new row n.
CREATE FUNCTION talent._standing_new() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_found text;
BEGIN
	EXECUTE format('SELECT min(u.at) FROM (SELECT ($1).*) n
	    CROSS JOIN unnest(n.levels) WITH ORDINALITY u (level, at)
	    WHERE NOT EXISTS (SELECT FROM talent.work_type_level w WHERE w.occupation = n.occupation
	    AND w.edition = n.edition AND w.level = u.level AND %s)', TG_ARGV[0]) INTO _found USING NEW;
	IF _found IS NOT NULL THEN
		RAISE EXCEPTION '% % has a level that is not there', TG_TABLE_NAME, NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, DETAIL = _found,
		    CONSTRAINT = TG_TABLE_NAME || '_levels';
	END IF;
	EXECUTE format('SELECT x.id FROM (SELECT ($1).*) n JOIN talent.%I x ON x.id <> n.id AND %s
	    AND x.occupation = n.occupation AND x.edition = n.edition AND x.levels && n.levels
	    AND daterange(x.valid_from, x.valid_to, ''[]'') && daterange(n.valid_from, n.valid_to, ''[]'')
	    LIMIT 1', TG_TABLE_NAME, TG_ARGV[1]) INTO _found USING NEW;
	IF _found IS NOT NULL THEN
		RAISE EXCEPTION '% % overlaps %', TG_TABLE_NAME, NEW.id, _found
		    USING ERRCODE = '23P01', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, DETAIL = _found,
		    CONSTRAINT = TG_TABLE_NAME || '_overlap';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER standing_new BEFORE INSERT ON talent.accreditation
	FOR EACH ROW EXECUTE FUNCTION talent._standing_new('w.work_type = n.work_type',
	'x.body = n.body AND x.work_type = n.work_type');
CREATE TRIGGER standing_new BEFORE INSERT ON talent.recognition
	FOR EACH ROW EXECUTE FUNCTION talent._standing_new('true', 'x.company = n.company');

-- standing_suspend does what these did, and no daemon ever called them.
DROP FUNCTION IF EXISTS talent.accreditation_suspend(uuid, text, bytea, bytea, uuid, text, text);
DROP FUNCTION IF EXISTS talent.agreement_suspend(uuid, text, bytea, bytea, uuid, text, text);
