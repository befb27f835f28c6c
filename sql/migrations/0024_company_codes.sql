-- What a company certifies has a code of the company's own. Its certificates said the occupation's national
-- code and level as if they were the company's; what is signed from now on says this code instead, in the
-- addresses of achievement and criteria too. A company may give its own; otherwise one is made of its slug.

ALTER TABLE talent.agreement_title
	ADD COLUMN code text COLLATE "C",	-- in addresses; never a code of the national dictionary
	ADD COLUMN title_en text;

-- One code for the same title of the same work, in all agreements of a company.
CREATE FUNCTION talent._company_code() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	_slug text;
	_company uuid;
BEGIN
	IF NEW.code IS NOT NULL THEN
		RETURN NEW;
	END IF;
	SELECT o.slug, o.id INTO _slug, _company
	FROM talent.agreement a JOIN talent.organisation o ON o.id = a.company
	WHERE a.id = NEW.agreement FOR NO KEY UPDATE OF o;
	SELECT t.code INTO NEW.code
	FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement
	WHERE a.company = _company AND t.occupation = NEW.occupation AND t.edition = NEW.edition
	AND t.work_type = NEW.work_type AND t.level = NEW.level AND t.title = NEW.title
	AND t.code IS NOT NULL
	LIMIT 1;
	IF NEW.code IS NULL THEN
		SELECT upper(_slug) || '-' || lpad((1 + count(DISTINCT t.code))::text, 3, '0') INTO NEW.code
		FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement
		WHERE a.company = _company;
	END IF;
	RETURN NEW;
END
$$;
CREATE TRIGGER a_company_code BEFORE INSERT OR UPDATE ON talent.agreement_title
	FOR EACH ROW EXECUTE FUNCTION talent._company_code();

-- In order, so that the same registry gets the same codes; the trigger makes each.
DO $$
DECLARE
	_t record;
BEGIN
	FOR _t IN SELECT t.agreement, t.occupation, t.edition, t.work_type, t.level
	    FROM talent.agreement_title t JOIN talent.agreement a ON a.id = t.agreement
	    ORDER BY a.valid_from, a.id, t.occupation, t.edition, t.work_type, t.level LOOP
		UPDATE talent.agreement_title t SET code = NULL
		WHERE (t.agreement, t.occupation, t.edition, t.work_type, t.level)
		    = (_t.agreement, _t.occupation, _t.edition, _t.work_type, _t.level);
	END LOOP;
END
$$;
ALTER TABLE talent.agreement_title
	ALTER COLUMN code SET NOT NULL,
	ADD CONSTRAINT agreement_title_code
		CHECK (code ~ '^[A-Z][A-Z0-9]*([-._][A-Z0-9]+)*$' AND length(code) <= 60),
	ADD CONSTRAINT agreement_title_reserved_words_en
		CHECK (title_en !~* '\m(china|chinese|national)\M|vocational (qualification|skill)' AND title_en ~ '\S');
