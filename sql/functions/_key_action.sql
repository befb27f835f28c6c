-- Whether an issuer, or the registry, has a key in use for what it signs first of all.
CREATE OR REPLACE FUNCTION talent._key_active(_organisation uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = talent, pg_temp AS $$
	SELECT EXISTS (SELECT FROM issuer_key k WHERE k.organisation IS NOT DISTINCT FROM _organisation
	    AND k.signs = CASE WHEN _organisation IS NULL THEN 'receipts' ELSE 'certificates' END AND k.state = 'active')
$$;

-- Whether something can be done with issuing keys as they stand; the registry's are of no organisation. A
-- list key that is retired is replaced, as the registry's is, and only one successor waits at a time.
CREATE OR REPLACE FUNCTION talent._key_action_fits(_organisation uuid, _action text, _key text)
RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
DECLARE
	_k issuer_key;
	_signs text := CASE WHEN _organisation IS NULL THEN 'receipts' ELSE 'certificates' END;
BEGIN
	SELECT * INTO _k FROM issuer_key k
	WHERE k.organisation IS NOT DISTINCT FROM _organisation AND k.key = _key;
	CASE _action
	WHEN 'rotation' THEN
		RETURN _key_active(_organisation)
		    AND NOT EXISTS (SELECT FROM issuer_key k
		        WHERE k.organisation IS NOT DISTINCT FROM _organisation
		        AND k.signs = _signs AND k.state = 'published');
	WHEN 'retirement' THEN
		RETURN coalesce(_k.state IN ('published', 'active'), false)
		    AND NOT (_k.signs <> 'certificates' AND _k.state = 'active' AND EXISTS (SELECT FROM issuer_key k
		        WHERE k.organisation IS NOT DISTINCT FROM _organisation AND k.signs = _k.signs
		        AND k.state = 'published'));
	ELSE
		RETURN coalesce(_k.state <> 'revoked', false);
	END CASE;
END
$$;

-- As they were answered first, what is left (_key_left); nothing was kept: as it is now.
CREATE OR REPLACE FUNCTION talent._key_left_then(_answer jsonb, _organisation uuid, _key text,
	OUT other_key text, OUT issues boolean, OUT answer jsonb)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	answer := coalesce(_answer, (SELECT jsonb_build_object('other_key', l.other_key, 'issues', l.issues)
	    FROM _key_left(_organisation, _key) l));
	other_key := answer ->> 'other_key';
	issues := (answer ->> 'issues')::boolean;
END
$$;

-- What is left when a key signs no more (_key null: none): the other one of its pair, and whether the issuer
-- issues; of the registry, whether it signs receipts. A key that is published begins when nothing else can sign.
CREATE OR REPLACE FUNCTION talent._key_left(_organisation uuid, _key text,
	OUT other_key text, OUT issues boolean)
LANGUAGE plpgsql STABLE SET search_path = talent, pg_temp AS $$
BEGIN
	other_key := (SELECT o.key FROM issuer_key k
	    JOIN issuer_key o ON o.organisation = k.organisation AND o.signs = k.signs
	        AND o.kind <> k.kind AND o.state = 'active'
	    WHERE k.key = _key AND k.organisation = _organisation);
	issues := EXISTS (SELECT FROM issuer_key k WHERE k.organisation IS NOT DISTINCT FROM _organisation
	    AND (k.signs = 'receipts' OR (k.signs = 'certificates' AND k.kind = 'ed25519'))
	    AND k.state IN ('published', 'active')
	    AND k.key IS DISTINCT FROM _key);
END
$$;
