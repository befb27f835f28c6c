-- Whether certificates were made under the terms that hold now: the pair that the exam asks
-- for, its titles, the issuers' active keys, and a supplied number where there is one.
-- Null: yes. Otherwise terms_changed: load again and sign anew.
CREATE OR REPLACE FUNCTION talent._pair_terms(_f talent.exam_facts, _supplied_number text,
	_c talent.new_certificate[]) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	IF (_c[1]).certificate IS NULL
	    OR cardinality(_c) <> 1 + (_f.partner IS NOT NULL)::int
	    OR (_c[1]).number <> coalesce(_supplied_number, (_c[1]).number)
	    OR (_c[1]).title IS DISTINCT FROM _f.title
	    OR (_c[1]).key IS NULL OR (_c[1]).key IS DISTINCT FROM _f.body_key
	    OR (_f.partner IS NOT NULL AND ((_c[2]).title IS DISTINCT FROM _f.partner_title
	        OR (_c[2]).key IS NULL OR (_c[2]).key IS DISTINCT FROM _f.company_key)) THEN
		RETURN 'terms_changed';
	END IF;
	RETURN NULL;
END
$$;
