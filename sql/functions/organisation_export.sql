-- The records of an organisation, a page of one part of them (domain/export_part_list.h): JSON objects in the order of
-- their keys, behind one of them. What is sealed of people comes beside them, for the answer alone; each page is
-- audited, with who takes it and why. At most so many rows, and so many bytes beyond the first row.
--
-- @null _note _after
-- @outcome told                    a row each; one without an item: there are no more
-- @outcome not_found
-- @outcome caller_unnamed          nobody knows who the caller is
-- @col key text                    of the item
-- @col item text                   JSON
-- @col person uuid                 whom the number is sealed for
-- @col id_cipher bytea             (api/person.h); null: the item has none
-- @col id_key int                  under which version of the key
CREATE OR REPLACE FUNCTION talent.organisation_export(
	_actor uuid, _request text, _slug text, _part text, _after text, _purpose text, _note text, _limit int, _bytes int)
RETURNS TABLE (outcome text, key text, item text, person uuid, id_cipher bytea, id_key int)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_o uuid;
	_n int;
BEGIN
	SELECT o.id INTO _o FROM organisation o WHERE o.slug = _slug;
	IF _o IS NULL OR (_staff_of(_actor)).name IS NULL THEN
		RETURN QUERY SELECT CASE WHEN _o IS NULL THEN 'not_found' ELSE 'caller_unnamed' END, NULL::text, NULL::text,
		    NULL::uuid, NULL::bytea, NULL::int;
		RETURN;
	END IF;
	RETURN QUERY
	SELECT 'told', r.key, r.item, r.person, r.id_cipher, r.id_key
	FROM (SELECT e.*, sum(length(e.item)) OVER w - length(e.item) AS before
	    FROM (SELECT x.*, row_number() OVER () AS n
	        FROM _export_part(_o, _part, split_part(_after, '/', 1), split_part(_after, '/', 2), _limit) x) e
	    WINDOW w AS (ORDER BY e.n)) r
	WHERE r.before <= _bytes
	ORDER BY r.n;
	GET DIAGNOSTICS _n = ROW_COUNT;
	INSERT INTO audit (actor, request, action, object, detail)
	VALUES (_actor, _request, 'organisation_export', _o, jsonb_build_object('part', _part, 'after', _after,
	    'items', _n, 'purpose', _purpose, 'note', _note,
	    'read', CASE WHEN _part IN ('enrolments', 'results') THEN 'id_number' END));
	IF _n = 0 THEN
		RETURN QUERY SELECT 'told', NULL::text, NULL::text, NULL::uuid, NULL::bytea, NULL::int;
	END IF;
END
$$;
GRANT EXECUTE ON FUNCTION talent.organisation_export TO talent_worker;
