-- What `talentd recover` does, in one transaction, with the lines of all journals that are not lost in
-- the table recover_line (journal, n, w: the words), which is there for as long as that transaction. Only the owner may call it.
--   counters go beyond whatever was given out; by LOST journals an unknown amount was: as many more
--   of every series are left out as _lost_margin says, and a series that is not known begins behind that
--   certificates that are missing are written down as lost, and their list positions are void
--   issuing keys that are missing are entered with their public half, so that what they signed can be
--   verified and adopted; the issuer goes on with the key it had, or is given a new one
--   what was revoked, suspended, annulled or withdrawn is so again
--   receipts that are missing are entered by their hash, which explains the signer's journal
--   whoever was erased is erased again
--   the revision is beyond any that was seen, so that nobody answers from what he remembers
-- Result: what was done, and how often.
CREATE OR REPLACE FUNCTION talent._recover(_lost uuid[])
RETURNS TABLE (what text, n bigint)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
DECLARE
	_margin int := CASE WHEN cardinality(_lost) > 0 THEN _lost_margin() ELSE 0 END;
	_seen bigint;
	_rev bigint;
	_s record;
BEGIN
	_rev := _tick();
	SELECT max(l.w[5]::bigint) INTO _seen FROM recover_line l WHERE l.w[1] = 'state:';
	UPDATE status_clock k SET rev = greatest(k.rev, coalesce(_seen, 0)) + 1000
	WHERE k.single RETURNING k.rev INTO _rev;

	-- Numbers and positions.
	what := 'series whose numbers go on beyond what was given out';
	INSERT INTO number_block AS b (series, kind, year, level, next)
	SELECT _series(l.w[2]::uuid, l.w[3]), l.w[3], l.w[4]::int, CASE l.w[5] WHEN '-' THEN '' ELSE l.w[5] END,
	    max(l.w[6]::bigint)
	FROM recover_line l
	WHERE l.w[1] = 'numbers:' AND (EXISTS (SELECT FROM organisation o WHERE o.id = l.w[2]::uuid)
	    OR EXISTS (SELECT FROM site s WHERE s.id = l.w[2]::uuid))
	GROUP BY 1, 2, 3, 4
	ON CONFLICT (series, kind, year, level) DO UPDATE SET next = excluded.next
	WHERE b.next < excluded.next;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN NEXT;
	UPDATE number_block b SET next = b.next + _margin WHERE _margin > 0;
	-- The key under which positions are permuted belongs to the row: an issuer whose row is gone goes
	-- on in a list of its own.
	what := 'issuers whose list positions go on beyond what was given out';
	INSERT INTO status_block AS b (issuer, next, list_key)
	SELECT l.w[2]::uuid, (max(l.w[3]::bigint) + 131071) / 131072 * 131072,
	    uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
	FROM recover_line l JOIN organisation o ON o.id = l.w[2]::uuid
	WHERE l.w[1] = 'positions:'
	AND NOT EXISTS (SELECT FROM status_block b WHERE b.issuer = l.w[2]::uuid) GROUP BY 1;
	GET DIAGNOSTICS n = ROW_COUNT;
	UPDATE status_block b SET next = m.next
	FROM (SELECT l.w[2]::uuid AS issuer, max(l.w[3]::bigint) AS next FROM recover_line l
	    WHERE l.w[1] = 'positions:' GROUP BY 1) m
	WHERE b.issuer = m.issuer AND b.next < m.next;
	GET DIAGNOSTICS _seen = ROW_COUNT;
	n := n + _seen;
	RETURN NEXT;
	UPDATE status_block b SET next = b.next + _margin WHERE _margin > 0;

	-- Lost certificates, as they stood last.
	what := 'certificates that are lost';
	INSERT INTO lost_certificate (version, certificate, number, issuer, list, idx, state, journal,
	    line)
	SELECT DISTINCT ON (l.w[2]) l.w[2]::uuid, l.w[3]::uuid, l.w[4], l.w[5]::uuid, l.w[6]::int,
	    l.w[7]::int,
	    coalesce((SELECT s.w[2] FROM recover_line s WHERE s.w[1] = 'state:' AND s.w[3] = l.w[3]
	        ORDER BY s.w[2] IN ('revoked', 'void') DESC, s.w[5]::bigint DESC LIMIT 1), 'valid'),
	    l.journal, l.n
	FROM recover_line l
	WHERE l.w[1] = 'stored:'
	AND NOT EXISTS (SELECT FROM certificate_version v WHERE v.id = l.w[2]::uuid)
	ORDER BY l.w[2], l.journal, l.n
	ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN NEXT;
	INSERT INTO status_list (issuer, purpose, list, rev, changed_at)
	SELECT DISTINCT c.issuer, p.purpose, c.list, _rev, now()
	FROM lost_certificate c JOIN organisation o ON o.id = c.issuer
	CROSS JOIN (VALUES ('revocation'), ('suspension')) p (purpose)
	ON CONFLICT (issuer, purpose, list)
	DO UPDATE SET rev = excluded.rev, changed_at = excluded.changed_at;
	INSERT INTO status_bit (issuer, purpose, list, idx)
	SELECT c.issuer, 'revocation', c.list, c.idx
	FROM lost_certificate c JOIN organisation o ON o.id = c.issuer
	ON CONFLICT DO NOTHING;

	-- Annulments, then single certificates as they stood last.
	what := 'annulments entered again';
	n := 0;
	FOR _s IN SELECT DISTINCT a.id FROM recover_line l JOIN assessment a ON a.id = l.w[2]::uuid
	    WHERE l.w[1] = 'annulled:' AND a.state NOT IN ('annulled', 'superseded') LOOP
		PERFORM assessment_annul(NULL, 'recover', NULL, NULL, _s.id, 'recovered', NULL);
		n := n + 1;
	END LOOP;
	RETURN NEXT;
	what := 'revocations, suspensions and reinstatements entered again';
	n := 0;
	FOR _s IN SELECT DISTINCT ON (l.w[3]) l.w[3]::uuid AS id, l.w[2] AS state, l.w[5]::bigint AS rev,
	        nullif(l.w[6], '-')::date AS day, c.person, c.number
	    FROM recover_line l JOIN certificate c ON c.id = l.w[3]::uuid
	    WHERE l.w[1] = 'state:'
	    ORDER BY l.w[3], l.w[2] IN ('revoked', 'void') DESC, l.w[5]::bigint DESC LOOP
		CONTINUE WHEN NOT _recover_state(_s.id, _s.person, _s.number, _s.state, _s.rev, _s.day);
		n := n + 1;
	END LOOP;
	RETURN NEXT;

	-- Erasures: what an older database still has of these people goes again.
	what := 'people erased again';
	n := 0;
	FOR _s IN SELECT DISTINCT l.w[2]::uuid AS id, l.w[3]::uuid AS person FROM recover_line l
	    WHERE l.w[1] = 'erased:'
	    AND NOT EXISTS (SELECT FROM erasure e WHERE e.id = l.w[2]::uuid AND e.state = 'approved') LOOP
		PERFORM _recover_erasure(_s.id, _s.person);
		n := n + 1;
	END LOOP;
	RETURN NEXT;

	-- Keys and credentials of callers.
	what := 'issuing keys entered again: they verify, and sign nothing more';
	INSERT INTO issuer_key (key, organisation, public, state, created_at, retired_at, signs)
	SELECT DISTINCT ON (l.w[2]) l.w[2], o.id, decode(l.w[4], 'hex'), 'retired',
	    to_timestamp(l.w[5]::numeric / 1000000), now(), coalesce(l.w[6], 'certificates')
	FROM recover_line l LEFT JOIN organisation o ON o.id = nullif(l.w[3], '-')::uuid
	WHERE l.w[1] = 'made:' AND (l.w[3] = '-' OR o.id IS NOT NULL) ORDER BY l.w[2]
	ON CONFLICT DO NOTHING;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN NEXT;
	what := 'receipts of verifications entered again, by their hash';
	INSERT INTO verification_receipt AS r (hash, key, made_at, standing, signed)
	SELECT DISTINCT ON (l.w[2]) decode(l.w[2], 'hex'), l.w[3], to_timestamp(l.w[4]::numeric / 1000000), '', true
	FROM recover_line l JOIN issuer_key k ON k.key = l.w[3] AND k.signs = 'receipts'
	WHERE l.w[1] = 'receipt:' ORDER BY l.w[2]
	ON CONFLICT (hash) DO UPDATE SET signed = true WHERE NOT r.signed;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN NEXT;
	what := 'issuing keys revoked again';
	UPDATE issuer_key k SET state = 'revoked', retired_at = coalesce(k.retired_at, now()),
	    revoked_from = l.w[3]::timestamp AT TIME ZONE 'Asia/Shanghai'
	FROM recover_line l
	WHERE l.w[1] = 'key:' AND k.key = l.w[2] AND k.state <> 'revoked';
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN NEXT;
	what := 'tokens and client certificates withdrawn again';
	UPDATE token t SET revoked_at = now() FROM recover_line l
	WHERE l.w[1] = 'token:' AND t.id = l.w[2]::uuid AND t.revoked_at IS NULL;
	GET DIAGNOSTICS n = ROW_COUNT;
	UPDATE client_certificate t SET revoked_at = now() FROM recover_line l
	WHERE l.w[1] = 'client_certificate:' AND t.id = l.w[2]::uuid AND t.revoked_at IS NULL;
	GET DIAGNOSTICS _seen = ROW_COUNT;
	n := n + _seen;
	RETURN NEXT;

	-- From here on the journals are compared behind what was recovered.
	UPDATE journal_host h SET compared = m.n
	FROM (SELECT l.journal, max(l.n) AS n FROM recover_line l GROUP BY 1) m
	WHERE h.id = m.journal;
	what := 'journals given up: what only their hosts acknowledged, revocations too, is not known';
	INSERT INTO journal_host AS h (id, name, lost_at)
	SELECT l, 'given up', now() FROM unnest(_lost) l
	ON CONFLICT (id) DO UPDATE SET lost_at = coalesce(h.lost_at, now());
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN NEXT;
	UPDATE status_clock k SET rev = k.rev + 1, forget_rev = k.rev + 1, held = false,
	    held_because = NULL, changed_at = clock_timestamp()
	WHERE k.single;
	INSERT INTO audit (request, action, detail)
	VALUES ('recover', 'recover', jsonb_build_object('lost_journals', _lost,
	    'lost_certificates', (SELECT count(*) FROM lost_certificate)));
END
$$;
