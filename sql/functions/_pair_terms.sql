-- Whether certificates were made under the terms that hold now: the pair that the exam asks
-- for, its titles, the issuers' active keys, a supplied number where there is one; and not written off meanwhile.
-- Null: yes. Otherwise terms_changed: load again and sign anew.
CREATE OR REPLACE FUNCTION talent._pair_terms(_f talent.exam_facts, _supplied_number text,
	_c talent.new_certificate[]) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
	-- Whoever has written these off as abandoned was first, or waits for us.
	PERFORM pg_advisory_xact_lock_shared(7104, uuid_hash((_c[1]).version));
	IF (_c[1]).kind IS DISTINCT FROM 'skill_grade' OR (_c[2]).kind <> 'company'
	    OR cardinality(_c) <> 1 + (_f.partner IS NOT NULL)::int
	    OR (_c[1]).number <> coalesce(_supplied_number, (_c[1]).number)
	    -- A number that was minted begins as the body's numbers do, and names the level.
	    OR (_supplied_number IS NULL AND (left((_c[1]).number, 13), substr((_c[1]).number, 16, 1))
	        IS DISTINCT FROM (_f.body_number_prefix, _f.level_digit))
	    OR (_f.partner IS NOT NULL
	        AND NOT coalesce(starts_with((_c[2]).number, upper(_f.partner_slug) || '-'), false))
	    OR (_c[1]).title IS DISTINCT FROM _f.title
	    OR (_c[1]).key IS NULL OR (_c[1]).key IS DISTINCT FROM _f.body_key
	    OR (_f.partner IS NOT NULL AND ((_c[2]).title IS DISTINCT FROM _f.partner_title
	        OR (_c[2]).key IS NULL OR (_c[2]).key IS DISTINCT FROM _f.company_key))
	    OR EXISTS (SELECT FROM talent.abandoned_signature a
	        WHERE a.version = (_c[1]).version OR a.version = (_c[2]).version
	        OR (a.issuer = _f.body AND a.list = (_c[1]).list AND a.idx = (_c[1]).idx)
	        OR (a.issuer = _f.partner AND a.list = (_c[2]).list AND a.idx = (_c[2]).idx)) THEN
		RETURN 'terms_changed';
	END IF;
	RETURN NULL;
END
$$;
