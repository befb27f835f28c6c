-- A registry as large as wanted, past the triggers: $FILL_PAIRS (5000) results of the demonstration's shili, each a
-- pair of certificates. Every tenth person has a second pair, every fiftieth pair is revoked, some
-- exams were held before the plan's window. What only verdicts read is there for the first 100,000
-- pairs; counts are not. Loaded by a superuser with psql over tests/lib/organisations.sql.
\getenv n FILL_PAIRS
\if :{?n}
\else
\set n 5000
\endif
SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '256MB';

INSERT INTO talent.exam (id, body, code, occupation, edition, work_type, level, partner, held_on,
	district)
SELECT md5('exam ' || e)::uuid, b.id, 'FILL-' || e, '4-01-06-02', '2022', 'livestream-sales',
	(ARRAY['5', '4', '3'])[1 + e % 3], c.id, date '2024-12-01' + e * 7 % 700, b.district
FROM generate_series(0, :n / 100 + 3) e, talent.organisation b, talent.organisation c
WHERE b.slug = 'shili' AND c.slug = 'xingbo';

-- Ids that grow with time, as UUIDv7 do.
CREATE FUNCTION pg_temp.id(_kind int, _n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT ('0193000' || _kind || '-0000-7000-8000-' || lpad(to_hex(_n), 12, '0'))::uuid
$$;
CREATE TEMP TABLE pair AS
SELECT i, md5('exam ' || i % (:n / 100 + 4))::uuid AS exam, pg_temp.id(1, i) AS assessment,
	pg_temp.id(2, i - (i % 10 = 9)::int) AS person, i % 50 = 0 AS revoked
FROM generate_series(1, :n) i;

INSERT INTO talent.person (id, id_type, id_hash, id_cipher, id_key, id_masked, name)
SELECT p.person, 'resident_id', sha256(p.person::text::bytea), decode(repeat('00', 40), 'hex'), 1,
	'**************0014', '林测试'
FROM pair p WHERE i % 10 <> 9;

INSERT INTO talent.assessment (id, exam, person, name, attendance, theory, skill, outcome,
	failed_parts, state)
SELECT p.assessment, p.exam, p.person, '林测试', 'present', 80, 80, 'pass', '{}', 'published'
FROM pair p;

INSERT INTO talent.certificate (id, kind, number, assessment, person, issuer, body, district,
	occupation, edition, work_type, level, issued_on, issued_at)
SELECT pg_temp.id(3, 2 * p.i + k.n), k.kind, 'FILL' || k.n || lpad(p.i::text, 12, '0'),
	p.assessment, p.person, CASE k.kind WHEN 'company' THEN e.partner ELSE e.body END, e.body,
	e.district, e.occupation, e.edition, e.work_type, e.level, e.held_on,
	e.held_on::timestamp AT TIME ZONE 'Asia/Shanghai'
FROM pair p
JOIN talent.exam e ON e.id = p.exam
CROSS JOIN (VALUES ('skill_grade', 0), ('company', 1)) k (kind, n)
ORDER BY p.i;

INSERT INTO talent.certificate_state (certificate, kind, person, occupation, work_type, level,
	state, version, revoked_on)
SELECT c.id, c.kind, c.person, c.occupation, c.work_type, c.level,
	CASE WHEN p.revoked THEN 'revoked' ELSE 'valid' END, c.id,
	CASE WHEN p.revoked THEN date '2026-01-01' END
FROM talent.certificate c
JOIN pair p ON p.assessment = c.assessment
ORDER BY p.i;

INSERT INTO talent.certificate_document (version, document)
SELECT c.id, '{"proof":{"proofValue":"z4k"}}'
FROM talent.certificate c JOIN pair p ON p.assessment = c.assessment WHERE p.i <= 100000;

INSERT INTO talent.certificate_version (id, certificate, ordinal, code, issuer, list, idx, key,
	made_at, kind, number, holder, title, occupation, edition, occupation_name, work_type, level,
	issuer_name, issuer_slug, issued_on, dual)
SELECT c.id, c.id, 1, substr(sha256(c.number::bytea), 1, 16), c.issuer, 1000 + p.i / 131072,
	p.i % 131072, 'zFill', c.issued_at, c.kind, c.number, '林测试', '互联网营销师', c.occupation,
	c.edition, '互联网营销师', '直播销售员', c.level, 'FILL', 'fill', c.issued_on, true
FROM talent.certificate c JOIN pair p ON p.assessment = c.assessment WHERE p.i <= 100000;

INSERT INTO talent.training_session (id, institution, title, occupation, edition, work_type, level,
	starts_on, ends_on, hours, capacity, district)
SELECT md5('session ' || e)::uuid, b.id, 'FILL-' || e, '4-01-06-02', '2022', 'livestream-sales', '4',
	date '2026-01-01', date '2026-02-01', 104, 1000, b.district
FROM generate_series(0, :n / 100) e, talent.organisation b WHERE b.slug = 'shili';

INSERT INTO talent.enrolment (id, session, person)
SELECT p.assessment, md5('session ' || p.i / 100)::uuid, p.person FROM pair p WHERE p.i % 10 <> 9;

INSERT INTO talent.status_list (issuer, purpose, list, rev, changed_at)
SELECT DISTINCT v.issuer, u.purpose, v.list, 0, now()
FROM talent.certificate_version v, unnest(ARRAY['revocation', 'suspension']) u (purpose)
WHERE v.key = 'zFill';

INSERT INTO talent.audit (xact, action, object)
SELECT '3'::xid8, 'assessment_submit', p.assessment FROM pair p;

VACUUM ANALYZE;
