-- Adds a standard with its first version. What was held in its days before there was any comes under it.
--
-- @json _standard new_standard
-- @outcome created
-- @outcome replayed                it is there, said by the same request
-- @outcome name_taken              another one has that name
-- @outcome occupation_unknown
-- @outcome name_differs            does not begin with the occupation's
-- @outcome standard_overlaps       another standard of the occupation is in force on one of its days
-- @outcome work_type_differs       at: it has that slug with another name, or that name with another slug
-- @outcome level_unknown           at
-- @outcome prerequisite_not_below  at: not a lower level than the one it is for
-- @outcome idempotency_key_reused
-- @col at text                     a JSON pointer
CREATE OR REPLACE FUNCTION talent.standard_create(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_standard json,
	OUT outcome text, OUT standard uuid, OUT at text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_s new_standard := json_populate_record(NULL::new_standard, _standard);
BEGIN
	SELECT i.seen, i.object INTO outcome, standard
	FROM _idempotency(_actor, 'standard_create', _idem_key, _idem_print, _s.id) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	PERFORM pg_advisory_xact_lock(7106, hashtext(_s.occupation || '/' || _s.edition));
	SELECT c.refusal, c.at INTO outcome, at FROM _standard_content(_s.occupation, _s.edition, _s.work_types) c;
	outcome := CASE
	    WHEN EXISTS (SELECT FROM standard t WHERE t.id = _s.id) THEN 'replayed'
	    WHEN EXISTS (SELECT FROM standard t WHERE t.name = _s.name) THEN 'name_taken'
	    WHEN NOT EXISTS (SELECT FROM occupation o WHERE o.code = _s.occupation AND o.edition = _s.edition)
	        THEN 'occupation_unknown'
	    WHEN NOT EXISTS (SELECT FROM occupation o WHERE o.code = _s.occupation AND o.edition = _s.edition
	        AND starts_with(_s.name, o.name || '/')) THEN 'name_differs'
	    WHEN EXISTS (SELECT FROM standard t WHERE t.occupation = _s.occupation AND t.edition = _s.edition
	        AND t.valid_from <= coalesce(_s.valid_to, 'infinity')
	        AND _s.valid_from <= coalesce(t.valid_to, 'infinity')) THEN 'standard_overlaps'
	    ELSE coalesce(outcome, 'created') END;
	IF outcome = 'created' THEN
		INSERT INTO standard (id, name, occupation, edition, document, issued_on, printed_code, valid_from, valid_to)
		VALUES (_s.id, _s.name, _s.occupation, _s.edition, _s.document, _s.issued_on, _s.printed_code,
		    _s.valid_from, _s.valid_to);
		PERFORM _standard_version_add(_s.id, _s.valid_from, _s.note, _s.work_types);
		UPDATE exam e SET standard = _s.id
		WHERE e.standard IS NULL AND e.occupation = _s.occupation AND e.edition = _s.edition
		AND e.held_on BETWEEN _s.valid_from AND coalesce(_s.valid_to, 'infinity')
		AND EXISTS (SELECT FROM standard_level l WHERE l.standard = _s.id AND l.work_type = e.work_type
		    AND l.level = e.level);
		UPDATE training_session t SET standard = _s.id
		WHERE t.standard IS NULL AND t.state IN ('planned', 'published') AND t.occupation = _s.occupation AND t.edition = _s.edition
		AND t.ends_on BETWEEN _s.valid_from AND coalesce(_s.valid_to, 'infinity')
		AND EXISTS (SELECT FROM standard_work_type w WHERE w.standard = _s.id AND w.work_type = t.work_type);
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, 'standard_create', _s.id, jsonb_build_object('name', _s.name,
		    'occupation', _s.occupation, 'edition', _s.edition, 'document', _s.document,
		    'valid_from', _s.valid_from, 'valid_to', _s.valid_to, 'note', _s.note));
	END IF;
	standard := CASE WHEN outcome IN ('created', 'replayed') THEN _s.id END;
	PERFORM _idempotency_end(_actor, 'standard_create', _idem_key, standard);
END
$$;
GRANT EXECUTE ON FUNCTION talent.standard_create TO talent_worker;
