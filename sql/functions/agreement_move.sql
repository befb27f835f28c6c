-- What becomes of an agreement that was proposed: confirmed by the other party, approved by an administrator; or
-- withdrawn by a party, refused by an administrator, with the reason. The party is null when no party asks.
--
-- @null _party _reason _note
-- @outcome moved
-- @outcome replayed
-- @outcome not_found
-- @outcome wrong_state
-- @outcome other_party_needed      who proposed it does not confirm it
-- @outcome organisation_not_approved    to be confirmed or approved: one of the two is not, at present
-- @outcome date_in_past            to be approved: its last day is over
-- @outcome level_not_offered       to be approved, as are the next: what has changed meanwhile (_title_refusal);
--                                  other = which of its titles, from 0, as agreement_list has them
-- @outcome no_standard_then
-- @outcome not_accredited_then
-- @outcome not_recognised_then
-- @outcome overlaps                to be approved: other = another one that names the same work on some of the days
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.agreement_move(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_agreement uuid, _state text, _party uuid, _reason text, _note text,
	OUT outcome text, OUT id uuid, OUT other text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_what constant text := 'agreement_' || CASE _state WHEN 'confirmed' THEN 'confirm' WHEN 'approved' THEN 'approve'
	    WHEN 'withdrawn' THEN 'withdraw' WHEN 'refused' THEN 'refuse' END;
	_row jsonb;
	_g agreement;
BEGIN
	SELECT i.seen, i.object INTO outcome, id
	FROM _idempotency(_actor, _what, _idem_key, _idem_print, _agreement) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	_row := _standing_lock('agreement', _agreement);
	outcome := CASE
	    WHEN _row IS NULL THEN 'not_found'
	    WHEN _row ->> 'state' = _state THEN 'replayed'
	    WHEN _state = 'confirmed' AND _row ->> 'state' = 'approved' THEN 'replayed'
	    WHEN _row ->> 'state' NOT IN ('proposed', 'confirmed')
	        OR (_state = 'approved' AND _row ->> 'state' = 'proposed') THEN 'wrong_state'
	    WHEN _state = 'confirmed' AND (_row ->> 'proposed_by')::uuid = _party THEN 'other_party_needed'
	    WHEN _state IN ('confirmed', 'approved') AND _not_approved((_row ->> 'body')::uuid, (_row ->> 'company')::uuid)
	        THEN 'organisation_not_approved'
	    WHEN _state = 'approved' AND (_row ->> 'valid_to')::date < _today() THEN 'date_in_past' END;
	IF outcome IS NULL AND _state = 'approved' THEN
		SELECT * INTO _g FROM agreement g WHERE g.id = _agreement;
		SELECT t.refusal, t.n - 1 INTO outcome, other
		FROM (SELECT _title_refusal(_g, t.occupation, t.edition, t.work_type, t.level) AS refusal,
		    row_number() OVER (ORDER BY t.occupation, t.edition, t.work_type, t.level) AS n
		    FROM agreement_title t WHERE t.agreement = _agreement) t
		WHERE t.refusal IS NOT NULL ORDER BY t.n LIMIT 1;
	END IF;
	IF outcome IS NULL THEN
		BEGIN
		UPDATE agreement g SET state = _state WHERE g.id = _agreement;
		INSERT INTO audit (actor, request, action, object, detail)
		VALUES (_actor, _request, _what, _agreement,
		    CASE WHEN _reason IS NOT NULL THEN jsonb_build_object('reason', _reason, 'note', _note) END);
		outcome := 'moved';
		EXCEPTION WHEN exclusion_violation THEN
			GET STACKED DIAGNOSTICS other = PG_EXCEPTION_DETAIL;
			outcome := 'overlaps';
		END;
	END IF;
	id := CASE WHEN outcome <> 'not_found' THEN _agreement END;
	PERFORM _idempotency_end(_actor, _what, _idem_key, CASE WHEN outcome IN ('moved', 'replayed') THEN _agreement END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.agreement_move TO talent_worker;
