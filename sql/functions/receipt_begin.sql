-- Keeps what is going to be signed about a record, before it is. The first one of a record, a standing, a day and a key
-- wins, and every caller is given that. Whoever holds a reference asks, so the registry itself is the actor; the row
-- says all that an audit could.
--
-- @outcome stored
-- @outcome replayed
-- @outcome not_found               no such record, or it was forgotten
-- @outcome terms_changed           the key signs no more: load again
-- @col hash bytea(32)              of what is to be signed
-- @col made instant                when, as it says
-- @col signature bytea(64)         when it was signed already
CREATE OR REPLACE FUNCTION talent.receipt_begin(
	_reference bytea, _standing text, _made timestamptz, _key text, _input text,
	OUT outcome text, OUT hash bytea, OUT made text, OUT input text, OUT signature bytea, OUT journal text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	-- The record stays until this has committed.
	PERFORM FROM verification_record v WHERE v.reference = _reference AND v.kept_until >= _today() FOR KEY SHARE;
	IF NOT FOUND THEN
		outcome := 'not_found';
		RETURN;
	END IF;
	PERFORM _guard_share(7101, '00000000-0000-0000-0000-000000000000');	-- as _guard_keys: it is not revoked meanwhile
	IF NOT EXISTS (SELECT FROM issuer_key k WHERE k.key = _key AND k.signs = 'receipts' AND k.state = 'active') THEN
		outcome := 'terms_changed';
		RETURN;
	END IF;
	INSERT INTO verification_receipt (key, made_at, standing, reference, input)
	VALUES (_key, _made, _standing, _reference, _input)
	ON CONFLICT DO NOTHING;
	outcome := CASE WHEN FOUND THEN 'stored' ELSE 'replayed' END;
	SELECT r.hash, _instant(r.made_at), r.input, r.signature INTO hash, made, input, signature
	FROM verification_receipt r
	WHERE r.reference = _reference AND r.standing = _standing AND r.key = _key
	AND r.day = (_made AT TIME ZONE 'Asia/Shanghai')::date;
	journal := _journal_receipt(hash);
END
$$;
GRANT EXECUTE ON FUNCTION talent.receipt_begin TO talent_worker;
