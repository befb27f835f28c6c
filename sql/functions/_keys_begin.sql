-- Published keys of which it is time to sign; each takes the place of the one that signed. One for certificates
-- or receipts does not wait when nothing else could sign them: the issuer would stand still. A list key may
-- always wait, because until then the key for certificates signs the lists.
CREATE OR REPLACE VIEW talent.key_due AS
SELECT k.organisation, k.key, k.kind, k.signs FROM talent.issuer_key k
WHERE k.state = 'published' AND (k.signs_from <= now() OR (k.signs <> 'lists'
	AND NOT EXISTS (SELECT FROM talent.issuer_key a
		WHERE a.organisation IS NOT DISTINCT FROM k.organisation AND a.kind = k.kind AND a.signs = k.signs AND a.state = 'active')));

-- Has the due keys of one issuer, or of the registry (null), begin. The caller holds its guard alone, so every store meets either the
-- old keys or the new ones. Returns how many.
CREATE OR REPLACE FUNCTION talent._keys_begin(_request text, _organisation uuid) RETURNS int
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
DECLARE
	_k record;
	_n int := 0;
BEGIN
	FOR _k IN SELECT d.key, d.kind, d.signs FROM key_due d
	    WHERE d.organisation IS NOT DISTINCT FROM _organisation ORDER BY d.key LOOP
		UPDATE issuer_key k SET state = 'retired', retired_at = now()
		WHERE k.organisation IS NOT DISTINCT FROM _organisation AND k.kind = _k.kind AND k.signs = _k.signs
		AND k.state = 'active';
		UPDATE issuer_key k SET state = 'active' WHERE k.key = _k.key;
		INSERT INTO audit (request, action, object, detail)
		VALUES (_request, 'issuer_key_begin', _organisation, jsonb_build_object('key', _k.key));
		_n := _n + 1;
	END LOOP;
	RETURN _n;
END
$$;
