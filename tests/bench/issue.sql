-- Prints a pgbench script: one call of assessment_submit as a worker makes it, of a new candidate
-- each time, with the documents of a pair that was really issued in the exam :exam. Colons inside
-- texts are escaped, because pgbench takes them for its variables; :round and :i are its own.
\pset format unaligned
\pset tuples_only on
SELECT E'\\set i :i + 1\n'
	|| E'\\set index :client_id * 10000 + :i\n'
	|| 'SELECT * FROM talent.assessment_submit(NULL, ''bench'', NULL, NULL, gen_random_uuid(), '
	|| format('%L', a.exam)
	|| ', gen_random_uuid(), ''resident_id'', NULL, sha256(uuid_send(gen_random_uuid())), '
	|| 'sha256(''bench'') || ''\x00000000000000000000000000''::bytea, 1::smallint, '
	|| '''**************0014'', ''林测试'', ''present'', 78.5, 60, NULL, NULL, ''pass'', ''{}'', '
	|| 'NULL, now(), '
	|| string_agg(format('gen_random_uuid(), gen_random_uuid(), %L || :round || ''-'' || '
	|| ':client_id || ''-'' || :i, %L, uuid_send(gen_random_uuid()), %L, '
	|| '1000000 + :round, :index, NULL, %s', upper(left(v.kind, 1)) || '-', v.title, v.key,
	'E' || replace(quote_literal(d.document), ':', '\u003a')), ', ' ORDER BY v.kind DESC)
	|| ');'
FROM talent.certificate c
JOIN talent.assessment a ON a.id = c.assessment
JOIN talent.certificate_version v ON v.certificate = c.id
JOIN talent.certificate_document d ON d.version = v.id
WHERE a.id = (SELECT assessment FROM talent.certificate WHERE assessment IN (
	SELECT id FROM talent.assessment WHERE exam = :'exam') LIMIT 1)
GROUP BY a.exam;
