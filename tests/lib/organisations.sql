-- The organisations that tests begin with, their standing and terms. Every name is made up;
-- the credit codes are well-formed and nobody's. Dates are relative to the day it is loaded.
-- People, sessions, exams and results come in through the API. Loading twice changes nothing.

BEGIN;

INSERT INTO talent.organisation
	(id, slug, credit_code, name, name_en, district) VALUES
	('0d000000-0000-4000-8000-000000000001', 'shili', '52310105000000117N',
	'上海示例技能评价中心', 'Shanghai Example Skill Evaluation Centre', '310105'),
	('0d000000-0000-4000-8000-000000000002', 'pujiang', '523101150000001251',
	'浦江示例职业技能评价中心', 'Pujiang Example Vocational Evaluation Centre', '310115'),
	('0d000000-0000-4000-8000-000000000003', 'xingbo', '91310112MA1DEM0A1R',
	'星播示例科技有限公司', 'Xingbo Example Technology Co., Ltd.', '310112'),
	('0d000000-0000-4000-8000-000000000004', 'yunxuan', '91310110MA1DEM0B21',
	'云选示例网络科技有限公司', 'Yunxuan Example Network Technology Co., Ltd.', '310110'),
	('0d000000-0000-4000-8000-000000000005', 'qihang', '52310104000000133X',
	'启航示例职业培训学校', 'Qihang Example Vocational Training School', '310104'),
	('0d000000-0000-4000-8000-000000000006', 'haolai', '91310106MA1DEM0C3C',
	'好来示例传媒有限公司', 'Haolai Example Media Co., Ltd.', '310106')
ON CONFLICT DO NOTHING;

INSERT INTO talent.site
	(id, organisation, code, name, district, number_prefix, number_mode, also_supplied) VALUES
	('0d000000-0000-4000-8000-000000000011', '0d000000-0000-4000-8000-000000000001', 'main',
	'上海示例技能评价中心', '310105', 'S000031000123', 'minted', true),
	('0d000000-0000-4000-8000-000000000012', '0d000000-0000-4000-8000-000000000002', 'main',
	'浦江示例职业技能评价中心', '310115', 'S000031000124', 'minted', true)
ON CONFLICT DO NOTHING;

INSERT INTO talent.organisation_kind (organisation, kind)
SELECT o.id, k.kind
FROM (VALUES ('shili', 'evaluation_body'), ('shili', 'training_institution'),
	('pujiang', 'evaluation_body'), ('xingbo', 'livestreaming_company'),
	('yunxuan', 'livestreaming_company'), ('yunxuan', 'mcn_agency'),
	('qihang', 'training_institution'), ('qihang', 'school'),
	('haolai', 'employer'), ('haolai', 'mcn_agency')) k (slug, kind)
JOIN talent.organisation o ON o.slug = k.slug
ON CONFLICT DO NOTHING;

INSERT INTO talent.organisation_area (organisation, area, valid_from)
SELECT o.id, 'hongqiao-cbd', talent._today() - 700 FROM talent.organisation o WHERE o.slug IN ('shili', 'xingbo')
ON CONFLICT DO NOTHING;

INSERT INTO talent.accreditation
	(id, body, occupation, edition, work_type, levels, valid_from, valid_to)
SELECT a.id::uuid, o.id, a.occupation, '2022', a.work_type, a.levels::text[],
	talent._today() - 700, talent._today() + 700
FROM (VALUES
	('0d000000-0000-4000-8000-000000000101', 'shili', '4-01-06-02', 'livestream-sales',
	'{5,4,3,2,1}'),
	('0d000000-0000-4000-8000-000000000102', 'shili', '4-01-06-02', 'product-selection',
	'{5,4,3}'),
	('0d000000-0000-4000-8000-000000000103', 'shili', '4-13-01-05', 'livestream-operation',
	'{4,3}'),
	('0d000000-0000-4000-8000-000000000104', 'pujiang', '4-01-06-02', 'livestream-sales',
	'{5,4,3}'),
	('0d000000-0000-4000-8000-000000000105', 'pujiang', '4-13-01-05', 'data-analysis',
	'{3}')) a (id, body, occupation, work_type, levels)
JOIN talent.organisation o ON o.slug = a.body
ON CONFLICT DO NOTHING;

INSERT INTO talent.recognition
	(id, company, occupation, edition, levels, valid_from, valid_to)
SELECT r.id::uuid, o.id, r.occupation, '2022', r.levels::text[],
	talent._today() - 700, talent._today() + 700
FROM (VALUES
	('0d000000-0000-4000-8000-000000000201', 'xingbo', '4-01-06-02', '{5,4,3,2,1}'),
	('0d000000-0000-4000-8000-000000000202', 'xingbo', '4-13-01-05', '{4,3}'),
	('0d000000-0000-4000-8000-000000000203', 'yunxuan', '4-01-06-02', '{5,4,3}')
	) r (id, company, occupation, levels)
JOIN talent.organisation o ON o.slug = r.company
ON CONFLICT DO NOTHING;

-- The company of the second agreement has five days to object before publication.
INSERT INTO talent.agreement
	(id, body, company, window_days, validity_months, valid_from, valid_to, state)
SELECT a.id::uuid, b.id, c.id, a.window_days, a.months, talent._today() - 700, talent._today() + 700, 'approved'
FROM (VALUES
	('0d000000-0000-4000-8000-000000000301', 'shili', 'xingbo', 0, NULL),
	('0d000000-0000-4000-8000-000000000302', 'shili', 'yunxuan', 5, 36),
	('0d000000-0000-4000-8000-000000000303', 'pujiang', 'xingbo', 0, NULL)
	) a (id, body, company, window_days, months)
JOIN talent.organisation b ON b.slug = a.body
JOIN talent.organisation c ON c.slug = a.company
ON CONFLICT DO NOTHING;

INSERT INTO talent.agreement_title
	(agreement, occupation, edition, work_type, level, title, title_en)
SELECT g.id, x.occupation, x.edition, x.work_type, x.level,
	CASE c.slug WHEN 'xingbo' THEN '星播' ELSE '云选' END || w.short || ' ' || l.short,
	CASE c.slug WHEN 'xingbo' THEN 'Xingbo ' ELSE 'Yunxuan ' END || w.short_en || ', ' || l.short_en
FROM talent.agreement g
JOIN talent.organisation c ON c.id = g.company AND c.slug IN ('xingbo', 'yunxuan')
JOIN talent.work_type_level x ON x.edition = '2022'
JOIN (VALUES ('livestream-sales', '直播销售', 'livestream sales'),
	('product-selection', '选品', 'product selection'),
	('livestream-operation', '直播运营', 'livestream operation')) w (slug, short, short_en) ON w.slug = x.work_type
JOIN (VALUES ('5', '初级', 'basic'), ('4', '中级', 'middle'), ('3', '高级', 'advanced'),
	('2', '技师', 'master'), ('1', '高级技师', 'senior master')) l (code, short, short_en) ON l.code = x.level
WHERE g.id IN ('0d000000-0000-4000-8000-000000000301',
	'0d000000-0000-4000-8000-000000000302', '0d000000-0000-4000-8000-000000000303')
AND EXISTS (SELECT FROM talent.recognition r WHERE r.company = g.company
	AND r.occupation = x.occupation AND r.edition = x.edition AND x.level = ANY (r.levels))
ON CONFLICT DO NOTHING;

COMMIT;
