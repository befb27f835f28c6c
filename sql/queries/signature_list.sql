-- Everything that was signed and what became of it, behind a cursor: 0 credentials by version, 1
-- JWTs by version and key, 2 status lists by hash, 3 what was abandoned by version and key, 4
-- receipts of verifications by hash. Of an
-- earlier source than the cursor's nothing.
--
-- @arg source int
-- @arg version uuid
-- @arg key text
-- @arg hash bytea
-- @arg limit int
-- @row many
-- @col source int
-- @col version uuid?
-- @col number text?               of its certificate; not of source 2, nor when there is none
-- @col key text
-- @col at instant                  when it was stored
-- @col document text?              what was signed, with its signature; of source 3 without; not of source 2, nor of
--                                  an erased person
-- @col hash bytea(32)?             sources 2 and 4, and of what was erased
-- @col reference bytea(10)?        source 4, when it and the document are not forgotten
-- @col reason text?                of source 3, as list, idx, voided; of a receipt that nobody was given
-- @col list int?
-- @col idx int?                    null: a JWT
-- @col voided bool?                its place is revoked
-- @col stored text?                of a JWT: the stored credential
-- @col slug text?                  of source 2, and what follows but stood and failed
-- @col purpose text?
-- @col day instant?                its midnight in UTC
-- @col encoded text?
-- @col older bool?                 a note of before lists could be worked out: of these nothing else
-- @col changed_at instant?
-- @col indices text?               as of its revision
-- @col stood bool                  the list said that on that day, which had come when it was noted
-- @col failed bool                 of sources 0 and 1: verified, and no signature of what the registry says
SELECT s.source, s.version,
	(SELECT v.number FROM talent.certificate_version v WHERE v.id = s.version) AS number, s.key, talent._instant(s.made_at) AS at, s.document, s.hash,
	(SELECT r.reference FROM talent.verification_receipt r WHERE s.source = 4 AND r.hash = s.hash) AS reference,
	s.reason, coalesce(s.list, l.list) AS list, s.idx, s.voided, s.stored,
	o.slug, l.purpose, talent._instant(l.day::timestamp AT TIME ZONE 'UTC') AS day,
	l.encoded, l.older,
	talent._instant(r.changed_at) AS changed_at,
	CASE WHEN NOT l.older THEN coalesce((
		SELECT string_agg(b.idx::text, ',' ORDER BY b.idx) FROM talent.status_bit_span b
		WHERE b.issuer = l.issuer AND b.purpose = l.purpose AND b.list = l.list
		AND b.set_rev <= l.rev AND (b.cleared_rev IS NULL OR b.cleared_rev > l.rev)), '')
	END AS indices,
	-- An older list under a newer day would hide what has changed meanwhile. A minute: the change
	-- may have begun before midnight and been committed after it.
	coalesce(r.rev IS NOT NULL AND l.day <= (l.made_at AT TIME ZONE 'UTC')::date
		AND coalesce((SELECT n.changed_at FROM talent.status_list_revision n
			WHERE n.issuer = l.issuer AND n.purpose = l.purpose AND n.list = l.list
			AND n.rev > l.rev ORDER BY n.rev LIMIT 1)
			>= (l.day::timestamp AT TIME ZONE 'UTC') - interval '1 minute', true),
		false) AS stood,
	CASE WHEN s.source <= 1 THEN coalesce((SELECT u.failed IS NOT NULL
		FROM talent.unverified_signature u WHERE u.version = s.version AND u.key = s.key), false)
		ELSE false END AS failed
FROM (
	SELECT * FROM (
		(SELECT 0 AS source, v.id AS version, v.key, v.made_at,
			CASE WHEN e.version IS NULL THEN d.document::text END AS document, e.hash::bytea AS hash, NULL AS reason, NULL::int AS list, NULL::int AS idx,
			NULL::boolean AS voided, NULL AS stored
		FROM talent.certificate_version v
		JOIN talent.certificate_document d ON d.version = v.id
		LEFT JOIN talent.erased_signature e ON e.version = v.id AND e.key = v.key
		WHERE $1::int = 0 AND v.id > $2::uuid
		ORDER BY v.id
		LIMIT $5::int)
		UNION ALL
		(SELECT 1, j.version, j.key, j.made_at, CASE WHEN e.version IS NULL THEN j.jwt::text END,
			e.hash, NULL, NULL, NULL, NULL, NULL
		FROM talent.certificate_jwt j
		LEFT JOIN talent.erased_signature e ON e.version = j.version AND e.key = j.key
		WHERE $1::int <= 1 AND (j.version, j.key) >
			(CASE WHEN $1::int = 1 THEN $2::uuid ELSE '00000000-0000-0000-0000-000000000000' END,
			CASE WHEN $1::int = 1 THEN $3::text ELSE '' END)
		ORDER BY j.version, j.key
		LIMIT $5::int)
		UNION ALL
		(SELECT 2, NULL, l.key, l.made_at, NULL, l.hash, NULL, NULL, NULL, NULL, NULL
		FROM talent.signed_list l
		WHERE $1::int <= 2 AND l.hash > CASE WHEN $1::int = 2 THEN $4::bytea ELSE '' END
		ORDER BY l.hash
		LIMIT $5::int)
		UNION ALL
		(SELECT 3, a.version, a.key, a.abandoned_at, CASE WHEN e.version IS NULL THEN a.document END,
			e.hash, a.reason, a.list, a.idx,
			a.void_rev IS NOT NULL, CASE WHEN a.list IS NULL THEN (
				SELECT d.document::text FROM talent.certificate_document d
				WHERE d.version = a.version) END
		FROM talent.abandoned_signature a
		LEFT JOIN talent.erased_signature e ON e.version = a.version AND e.key = a.key
		WHERE $1::int <= 3 AND (a.version, a.key) >
			(CASE WHEN $1::int = 3 THEN $2::uuid ELSE '00000000-0000-0000-0000-000000000000' END,
			CASE WHEN $1::int = 3 THEN $3::text ELSE '' END)
		ORDER BY a.version, a.key
		LIMIT $5::int)
		UNION ALL
		(SELECT 4, NULL, r.key, r.made_at, r.input, r.hash,
			CASE WHEN NOT r.signed THEN 'unstored' END, NULL, NULL, NULL, NULL
		FROM talent.verification_receipt r
		WHERE r.hash > CASE WHEN $1::int = 4 THEN $4::bytea ELSE '' END
		ORDER BY r.hash
		LIMIT $5::int)
	) s
	ORDER BY s.source, s.version, CASE WHEN s.source IN (1, 3) THEN s.key END, s.hash
	LIMIT $5::int
) s
-- Looked up row by row: a join could be planned as a walk over every list that was ever signed.
LEFT JOIN LATERAL (
	SELECT n.issuer, n.purpose, n.list, n.rev, n.day, n.encoded, n.older, n.made_at
	FROM talent.signed_list n
	WHERE s.source = 2 AND n.hash = s.hash
	LIMIT 1
) l ON true
LEFT JOIN talent.organisation o ON o.id = l.issuer
LEFT JOIN LATERAL (
	SELECT n.rev, n.changed_at
	FROM talent.status_list_revision n
	WHERE n.issuer = l.issuer AND n.purpose = l.purpose AND n.list = l.list AND n.rev = l.rev
	LIMIT 1
) r ON true
ORDER BY s.source, s.version, CASE WHEN s.source IN (1, 3) THEN s.key END, s.hash
