-- Stores results of one exam: for each, in their order, person, assessment, certificates with their signed
-- documents, counts and audit, all or nothing; certificates that it refuses are written down as abandoned.
-- A result's assessment and certificates have new ids chosen by the caller; its person's id is used only if
-- nobody has the id_hash yet. _issued_at is that of all certificates. An idempotency key is for one result.
-- A pass to be published now has publish_on null and the certificates that the exam asks for; any other
-- result has none, and so has a pass for which nothing was signed because what was loaded stands in its
-- way: what is found here is answered, or terms_changed. publish_on = the day after the longer of publicity
-- and window: both are whole days that follow today; with neither today for a pass that waits for its number.
--
-- @json _results new_result[]
-- @outcome stored                  assessment = the result's
-- @outcome replayed                the same result was there; assessment = its id; other = first when it was
--                                  this key that stored it: answered as the first time
-- @outcome already_assessed        other result for this person in this exam; assessment = its id
-- @outcome assessment_annulled     this person's result in this exam was annulled; assessment = its id
-- @outcome already_certified       a live skill-grade certificate exists; other = its number
-- @outcome person_name_differs     the registry knows this document under another name
-- @outcome number_taken            other = the number; mint another, or refuse a supplied one
-- @outcome number_needed           the exam's site does not mint: each pass brings its number
-- @outcome number_minted_here      the exam's site mints, and takes no other numbers
-- @outcome standing                other = exam_load.standing, or terms_changed (publicity, window,
--                                  title or a key is not what the caller loaded: load again, retry)
-- @outcome not_eligible            other = what speaks against it, comma separated: see _eligibility
-- @outcome not_on_roster           the exam takes results for those on its roster only
-- @outcome exam_not_held           not yet; other = held_on
-- @outcome exam_not_found
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.assessment_submit(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_exam uuid, _issued_at timestamptz, _results json)
RETURNS TABLE (outcome text, assessment uuid, other text, journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_all new_result[] := ARRAY(SELECT r FROM json_populate_recordset(NULL::new_result, _results) r);
	_r new_result;
	_f exam_facts;
	_found boolean;
BEGIN
	IF _idem_key IS NOT NULL THEN
		IF cardinality(_all) <> 1 THEN
			RAISE EXCEPTION 'an idempotency key is for one result' USING ERRCODE = '22023';
		END IF;
		SELECT i.seen, i.object, CASE WHEN i.seen = 'replayed' AND i.answer IS NULL THEN 'first' END
		INTO outcome, assessment, other
		FROM _idempotency(_actor, 'assessment_submit', _idem_key, _idem_print,
		    (_all[1]).assessment) i;
		IF outcome IS NOT NULL THEN
			PERFORM _abandon(_request, outcome, (_all[1]).certificates);
			journal := _journal_stored(assessment, NULL);
			RETURN NEXT;
			RETURN;
		END IF;
	END IF;

	-- Guards: nobody changes the standing of these while we hold them. (An exam's body and
	-- partner never change.)
	PERFORM pg_advisory_xact_lock_shared(7101, uuid_hash(least(e.body, e.partner))),
	    pg_advisory_xact_lock_shared(7101, uuid_hash(greatest(e.body, e.partner))),
	    pg_advisory_xact_lock_shared(7102, uuid_hash(e.id))
	FROM exam e WHERE e.id = _exam;
	_found := FOUND;
	SELECT * INTO _f FROM exam_facts f WHERE f.id = _exam;

	-- Persons in one order, whatever the order of the results.
	IF cardinality(_all) > 1 THEN
		PERFORM FROM person p WHERE p.id = ANY (ARRAY(SELECT _person_of((r.person).id_hash, (r.person).name)
		    FROM unnest(_all) r))
		ORDER BY p.id_hash FOR NO KEY UPDATE;
	END IF;

	FOREACH _r IN ARRAY _all LOOP
		outcome := 'exam_not_found';
		assessment := NULL;
		other := NULL;
		journal := NULL;
		IF _found THEN
			SELECT s.outcome, s.assessment, s.other, s.journal
			INTO outcome, assessment, other, journal
			FROM _result_store(_actor, _request, _f, _issued_at, _r) s;
		END IF;
		IF outcome <> 'stored' THEN
			PERFORM _abandon(_request, CASE outcome WHEN 'standing' THEN other ELSE outcome END,
			    _r.certificates);
		END IF;
		RETURN NEXT;
	END LOOP;
	PERFORM _idempotency_end(_actor, 'assessment_submit', _idem_key,
	    CASE WHEN outcome IN ('stored', 'replayed') THEN assessment END,
	    -- a result that was there was shown as it stood, and is again
	    CASE WHEN outcome = 'replayed' THEN '{"present": true}'::jsonb END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.assessment_submit TO talent_worker, talent_clerk, talent_jobs;
