-- Changes what a programme is called, or its window, which has everything counted anew by a background job;
-- until then nothing is shown of it.
--
-- @null _title _title_en _from _to
-- @outcome changed
-- @outcome replayed                it is so already
-- @outcome not_found
-- @outcome window_order
-- @outcome milestone_before_window one was reached before it would begin
-- @outcome idempotency_key_reused
CREATE OR REPLACE FUNCTION talent.programme_change(
	_actor uuid, _request text, _idem_key bytea, _idem_print bytea,
	_programme text, _title text, _title_en text, _from date, _to date, _reason text,
	OUT outcome text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_was programme;
	_is programme;
BEGIN
	SELECT i.seen INTO outcome FROM _idempotency(_actor, 'programme_change', _idem_key, _idem_print, NULL) i;
	IF outcome IS NOT NULL THEN
		RETURN;
	END IF;
	SELECT * INTO _was FROM programme p WHERE p.slug = _programme FOR NO KEY UPDATE;
	outcome := coalesce(_window_refusal(_programme, _from, _to),
	    CASE WHEN (coalesce(_title, _was.title), coalesce(_title_en, _was.title_en),
	        coalesce(_from, _was.window_from), coalesce(_to, _was.window_to))
	        = (_was.title, _was.title_en, _was.window_from, _was.window_to) THEN 'replayed' ELSE 'changed' END);
	IF outcome = 'changed' THEN
		UPDATE programme p SET title = coalesce(_title, p.title), title_en = coalesce(_title_en, p.title_en),
		    window_from = coalesce(_from, p.window_from), window_to = coalesce(_to, p.window_to)
		WHERE p.slug = _programme RETURNING * INTO _is;
		IF (_was.window_from, _was.window_to) <> (_is.window_from, _is.window_to) THEN
			UPDATE programme_measure x SET filled_at = NULL WHERE x.programme = _programme;
		END IF;
		PERFORM _programme_changed(_actor, _request, 'programme_change', _programme, _reason,
		    jsonb_build_object('from', jsonb_build_object('title', _was.title, 'title_en', _was.title_en,
		        'window_from', _was.window_from, 'window_to', _was.window_to),
		    'to', jsonb_build_object('title', _is.title, 'title_en', _is.title_en,
		        'window_from', _is.window_from, 'window_to', _is.window_to)));
	END IF;
	PERFORM _idempotency_end(_actor, 'programme_change', _idem_key,
	    CASE WHEN outcome IN ('changed', 'replayed') THEN _was.id END);
END
$$;
GRANT EXECUTE ON FUNCTION talent.programme_change TO talent_worker;
