-- Prints a pgbench script: one call of assessment_submit as a worker makes it, of a new candidate
-- each time, with the documents of a pair that was really issued in the exam :exam. Colons inside
-- texts are escaped, because pgbench takes them for its variables; :round, :number and :index are its own. Numbers
-- are far above those that the registry mints meanwhile. Anything but "stored" ends the run. The record is
-- put together by the server, which a worker does not ask of it.
\pset format unaligned
\pset tuples_only on
SELECT E'\\set i :i + 1\n'
	|| E'\\set index :client_id * 10000 + :i\n'
	|| E'\\set number :round * 100000 + :index\n'
	|| format('SELECT 1 / (outcome = ''stored'')::int FROM talent.assessment_submit(NULL, ''bench'', NULL, NULL, %L, now(), (', a.exam)
	|| '''[{"assessment": "'' || gen_random_uuid() || ''", "person": '' || row_to_json(ROW('
	|| 'gen_random_uuid(), ''resident_id'', NULL, sha256(uuid_send(gen_random_uuid())), '
	|| 'sha256(''bench'') || ''\x00000000000000000000000000''::bytea, 1, '
	|| '''**************0014'', ''林测试'', 1, ''林测试'', ''林测试'', NULL)::talent.new_person)'
	|| ' || '', "attendance": "present", "theory": "78.5", "skill": "60", "outcome": "pass", '
	|| '"failed_parts": "{}", "certificates": ['' || '
	|| string_agg(format('replace(row_to_json(ROW(%L, gen_random_uuid(), gen_random_uuid(), '
	|| '%L || lpad((:number)::text, %s, ''0''), %L, uuid_send(gen_random_uuid()), %L, 1000000 + :round, :index, '
	|| 'NULL, NULL)::talent.new_certificate)::text, E''"document"\u003anull'', E''"document"\u003a'' || %s)',
	v.kind, left(v.number, -n.digits), n.digits, v.title, v.key,
	'E' || replace(quote_literal(d.document), ':', '\u003a')), ' || '','' || ' ORDER BY v.kind DESC)
	|| ' || '']}]'')::json);'
FROM talent.certificate c
JOIN talent.assessment a ON a.id = c.assessment
JOIN talent.certificate_version v ON v.certificate = c.id
JOIN talent.certificate_document d ON d.version = v.id
CROSS JOIN LATERAL (SELECT CASE v.kind WHEN 'company' THEN 8 ELSE 6 END AS digits) n
WHERE a.id = (SELECT assessment FROM talent.certificate WHERE assessment IN (
	SELECT id FROM talent.assessment WHERE exam = :'exam') LIMIT 1)
GROUP BY a.exam;
