-- Certificates enough that every cold verification is of another one: rows in the two tables that
-- verdicts read, with codes as tests/bench/work.c makes them. Loaded by a superuser past the
-- triggers, because these certificates were never examined for. :n says how many.
SET session_replication_role = replica;

INSERT INTO talent.certificate_version (id, certificate, ordinal, code, issuer, list, idx, key,
	made_at, expires_on, kind, number, holder, title, occupation, edition, occupation_name,
	work_type, level, level_name, level_name_en, issuer_name, issuer_slug, issued_on, dual)
SELECT md5('version ' || n)::uuid, md5('certificate ' || n)::uuid, 1,
	decode(1000000000000000 + n * 17927399999 || '1234567890123456', 'hex'),
	o.id, 1000 + n / 131072, n % 131072, 'zBench', now(), NULL, 'skill_grade',
	'BENCH' || lpad(n::text, 12, '0'), '林测试' || n % 1000, '互联网营销师 直播销售员 四级/中级工',
	'4-01-06-02', '2022', '互联网营销师', '直播销售员', '4', '四级/中级工',
	'Level 4 (intermediate)', o.name, o.slug, talent._today(), true
FROM generate_series(0::bigint, :n - 1) n, talent.organisation o
WHERE o.slug = 'shili';

INSERT INTO talent.certificate_state (certificate, kind, person, occupation, work_type, level,
	state, version)
SELECT v.certificate, v.kind, md5('person ' || v.certificate)::uuid, v.occupation,
	'livestream-sales', v.level, 'valid', v.id
FROM talent.certificate_version v
WHERE v.number LIKE 'BENCH%';

VACUUM ANALYZE talent.certificate_version, talent.certificate_state;
