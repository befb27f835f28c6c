-- An agreement is proposed by one party, confirmed by the other, and in force once an administrator has approved
-- it; until then either party may withdraw, and the administrator refuse:
--
--   proposed -> confirmed -> approved
--   proposed or confirmed -> withdrawn | refused
--
-- Its terms never change, so that what is confirmed is what was proposed, and what is approved what was confirmed:
-- other terms are another agreement. Those that were there are approved; the rules of terms bind new ones.

ALTER TABLE talent.agreement
	ADD COLUMN state text NOT NULL DEFAULT 'approved'
		CHECK (state IN ('proposed', 'confirmed', 'approved', 'withdrawn', 'refused')),
	ADD COLUMN proposed_by uuid,		-- body or company; null: nobody knows any more
	-- The company's certificate may be renewed in the last months before it expires; null: it is not.
	ADD COLUMN renewal_months integer,
	-- Who of the company confirms results within the window.
	ADD COLUMN confirmer text CHECK (length(confirmer) BETWEEN 1 AND 100);
ALTER TABLE talent.agreement ALTER COLUMN state SET DEFAULT 'proposed';

CREATE TYPE talent.new_agreement_title AS (
	occupation text, edition text, work_type text, level text, title text, title_en text, code text
);
CREATE TYPE talent.new_agreement AS (
	id uuid, proposer uuid, partner text, window_days int, confirmer text, validity_months int,
	renewal_months int, valid_from date, valid_to date, titles talent.new_agreement_title[]
);

CREATE FUNCTION talent._agreement_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.proposed_by IS NOT NULL AND ((NEW.window_days > 0) <> (NEW.confirmer IS NOT NULL)
	    OR NEW.renewal_months NOT BETWEEN 1 AND coalesce(NEW.validity_months, 0)
	    OR NEW.proposed_by NOT IN (NEW.body, NEW.company)) THEN
		RAISE EXCEPTION 'terms of agreement % contradict each other', NEW.id
		    USING ERRCODE = '23514', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
		    CONSTRAINT = 'agreement_terms';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER terms BEFORE INSERT ON talent.agreement
	FOR EACH ROW EXECUTE FUNCTION talent._agreement_terms();

CREATE TRIGGER agreement_transition BEFORE UPDATE ON talent.agreement FOR EACH ROW
	WHEN ((OLD.id, OLD.body, OLD.company, OLD.proposed_by, OLD.window_days, OLD.confirmer, OLD.validity_months,
		OLD.renewal_months) IS DISTINCT FROM (NEW.id, NEW.body, NEW.company, NEW.proposed_by, NEW.window_days,
		NEW.confirmer, NEW.validity_months, NEW.renewal_months)
		OR (NEW.state <> OLD.state AND NOT (OLD.state, NEW.state) IN (('proposed', 'confirmed'),
		('confirmed', 'approved'), ('proposed', 'withdrawn'), ('confirmed', 'withdrawn'),
		('proposed', 'refused'), ('confirmed', 'refused')))
		OR (NEW.suspended_at IS NOT NULL AND NEW.state <> 'approved'))
	EXECUTE FUNCTION talent._transition();

-- Two that are approved do not name the same work on the same day. The guards of both parties are held (a_guard).
CREATE FUNCTION talent._agreement_alone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_found uuid;
BEGIN
	SELECT x.id INTO _found
	FROM talent.agreement x
	JOIN talent.agreement_title t ON t.agreement = x.id
	JOIN talent.agreement_title n ON n.agreement = NEW.id AND (n.occupation, n.edition, n.work_type, n.level)
		= (t.occupation, t.edition, t.work_type, t.level)
	WHERE x.body = NEW.body AND x.company = NEW.company AND x.id <> NEW.id AND x.state = 'approved'
	AND daterange(x.valid_from, x.valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
	LIMIT 1;
	IF FOUND THEN
		RAISE EXCEPTION 'agreement % overlaps %', NEW.id, _found
		    USING ERRCODE = '23P01', SCHEMA = 'talent', TABLE = TG_TABLE_NAME, DETAIL = _found::text,
		    CONSTRAINT = 'agreement_overlap';
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER alone BEFORE UPDATE OF state ON talent.agreement
	FOR EACH ROW WHEN (NEW.state = 'approved' AND OLD.state <> 'approved')
	EXECUTE FUNCTION talent._agreement_alone();

-- A company's code means one title of one work, in all its agreements but those that came to nothing; one that
-- is not given is made of its slug.
CREATE OR REPLACE FUNCTION talent._company_code() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_slug text;
	_company uuid;
	_n int;
BEGIN
	IF NEW.code IS NOT NULL AND TG_OP = 'UPDATE' THEN
		RETURN NEW;
	END IF;
	SELECT o.slug, o.id INTO _slug, _company
	FROM talent.agreement a JOIN talent.organisation o ON o.id = a.company
	WHERE a.id = NEW.agreement FOR NO KEY UPDATE OF o;
	IF NEW.code IS NOT NULL THEN
		PERFORM FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement
		WHERE a.company = _company AND a.state NOT IN ('withdrawn', 'refused') AND t.code = NEW.code
		AND (t.occupation, t.edition, t.work_type, t.level, t.title)
		    <> (NEW.occupation, NEW.edition, NEW.work_type, NEW.level, NEW.title);
		IF FOUND THEN
			RAISE EXCEPTION 'code % of % means something else', NEW.code, _slug
			    USING ERRCODE = '23505', SCHEMA = 'talent', TABLE = TG_TABLE_NAME,
			    CONSTRAINT = 'agreement_title_company_code';
		END IF;
		RETURN NEW;
	END IF;
	SELECT t.code INTO NEW.code
	FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement
	WHERE a.company = _company AND t.occupation = NEW.occupation AND t.edition = NEW.edition
	AND t.work_type = NEW.work_type AND t.level = NEW.level AND t.title = NEW.title
	AND t.code IS NOT NULL
	LIMIT 1;
	SELECT count(DISTINCT t.code) INTO _n
	FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement
	WHERE a.company = _company;
	WHILE NEW.code IS NULL OR (NEW.code = upper(_slug) || '-' || lpad(_n::text, 3, '0')
	    AND EXISTS (SELECT FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement
	    WHERE a.company = _company AND t.code = NEW.code AND (t.occupation, t.edition, t.work_type, t.level, t.title)
	    <> (NEW.occupation, NEW.edition, NEW.work_type, NEW.level, NEW.title))) LOOP
		_n := _n + 1;
		NEW.code := upper(_slug) || '-' || lpad(_n::text, 3, '0');
	END LOOP;
	RETURN NEW;
END
$$;
