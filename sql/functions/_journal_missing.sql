-- Which of these lines of a journal this database does not have. The counterpart of every place that
-- fills a column "journal":
--   stored: VERSION CERTIFICATE NUMBER ISSUER LIST INDEX
--   state: STATE CERTIFICATE NUMBER REV DATE
--   made: KEY ORGANISATION PUBLIC SINCE [lists], made: KEY - PUBLIC SINCE receipts · annulled: ASSESSMENT · jwt: VERSION KEY · key: KEY FROM · token: ID · client_certificate: ID
--   erased: ERASURE PERSON, and of what was signed for the person gone: VERSION KEY HASH ("-": unreadable)
--   receipt: HASH KEY MADE
--   numbers: SERIES KIND YEAR LEVEL NEXT ("-": no level) · positions: ISSUER NEXT
-- Other lines (journal:, resumed:) say nothing of the database. Each has been found in its form
-- (_journal_line_ok).
CREATE OR REPLACE FUNCTION talent._journal_missing(_lines text[])
RETURNS TABLE (n bigint, line text)
LANGUAGE plpgsql SET search_path = talent, pg_temp AS $$
#variable_conflict use_column
BEGIN
	RETURN QUERY
	SELECT l.n, l.line
	FROM unnest(_lines) WITH ORDINALITY l (line, n)
	CROSS JOIN LATERAL (SELECT string_to_array(l.line, ' ') AS w) x
	WHERE NOT CASE x.w[1]
	    WHEN 'stored:' THEN EXISTS (SELECT FROM certificate_version v WHERE v.id = x.w[2]::uuid)
	    WHEN 'state:' THEN EXISTS (SELECT FROM certificate_state s
	        WHERE s.certificate = x.w[3]::uuid
	        AND CASE WHEN x.w[2] IN ('revoked', 'void') THEN s.state IN ('revoked', 'void')
	            ELSE s.rev >= x.w[5]::bigint END)
	    WHEN 'annulled:' THEN EXISTS (SELECT FROM assessment a
	        WHERE a.id = x.w[2]::uuid AND a.state IN ('annulled', 'superseded'))
	    WHEN 'jwt:' THEN EXISTS (SELECT FROM certificate_jwt j
	        WHERE j.version = x.w[2]::uuid AND j.key = x.w[3])
	    WHEN 'receipt:' THEN EXISTS (SELECT FROM verification_receipt r
	        WHERE r.hash = decode(x.w[2], 'hex') AND r.signed)
	    WHEN 'made:' THEN EXISTS (SELECT FROM issuer_key k WHERE k.key = x.w[2])
	    WHEN 'key:' THEN EXISTS (SELECT FROM issuer_key k
	        WHERE k.key = x.w[2] AND k.state = 'revoked')
	    WHEN 'token:' THEN EXISTS (SELECT FROM token t
	        WHERE t.id = x.w[2]::uuid AND t.revoked_at IS NOT NULL)
	    WHEN 'client_certificate:' THEN EXISTS (SELECT FROM client_certificate t
	        WHERE t.id = x.w[2]::uuid AND t.revoked_at IS NOT NULL)
	    WHEN 'erased:' THEN EXISTS (SELECT FROM erasure e
	        WHERE e.id = x.w[2]::uuid AND e.state = 'approved')
	    WHEN 'numbers:' THEN EXISTS (SELECT FROM number_block b
	        WHERE (b.series, b.kind, b.year, b.level) = (_series(x.w[2]::uuid, x.w[3]), x.w[3], x.w[4]::int,
	            CASE x.w[5] WHEN '-' THEN '' ELSE x.w[5] END) AND b.next >= x.w[6]::bigint)
	    WHEN 'positions:' THEN EXISTS (SELECT FROM status_block b
	        WHERE b.issuer = x.w[2]::uuid AND b.next >= x.w[3]::bigint)
	    ELSE true END
	ORDER BY l.n;
END
$$;
