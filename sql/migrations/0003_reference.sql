-- Reference data: districts, levels, occupations, programmes, counting rules.

INSERT INTO talent.district (code, name, name_en) VALUES
	('310101', '黄浦区', 'Huangpu'),
	('310104', '徐汇区', 'Xuhui'),
	('310105', '长宁区', 'Changning'),
	('310106', '静安区', 'Jing''an'),
	('310107', '普陀区', 'Putuo'),
	('310109', '虹口区', 'Hongkou'),
	('310110', '杨浦区', 'Yangpu'),
	('310112', '闵行区', 'Minhang'),
	('310113', '宝山区', 'Baoshan'),
	('310114', '嘉定区', 'Jiading'),
	('310115', '浦东新区', 'Pudong New Area'),
	('310116', '金山区', 'Jinshan'),
	('310117', '松江区', 'Songjiang'),
	('310118', '青浦区', 'Qingpu'),
	('310120', '奉贤区', 'Fengxian'),
	('310151', '崇明区', 'Chongming');

INSERT INTO talent.area (slug, name, name_en) VALUES
	('hongqiao-cbd', '虹桥国际中央商务区', 'Hongqiao International Central Business District');
INSERT INTO talent.area_district (area, district)
	SELECT 'hongqiao-cbd', unnest(ARRAY['310105', '310112', '310114', '310118']);

INSERT INTO talent.level (code, rank, counts_as_intermediate, has_review, digit, name, name_en)
VALUES
	('5', 1, false, false, '5', '五级/初级工', 'junior worker'),
	('4', 2, true, false, '4', '四级/中级工', 'intermediate worker'),
	('3', 3, true, false, '3', '三级/高级工', 'senior worker'),
	('2', 4, true, true, '2', '二级/技师', 'technician'),
	('1', 5, true, true, '1', '一级/高级技师', 'senior technician'),
	('special', 6, true, true, NULL, '特级技师', 'special-grade technician'),
	('chief', 7, true, true, NULL, '首席技师', 'chief technician');

-- Occupations whose standard is not at hand have no work type yet: no exam can name them.
INSERT INTO talent.occupation (code, edition, name, name_en) VALUES
	('4-01-06-02', '2022', '互联网营销师', 'internet marketing specialist'),
	('4-01-02-07', '2021', '互联网营销师', 'internet marketing specialist'),
	('4-01-06-01', '2022', '电子商务师', 'e-commerce specialist'),
	('4-02-06-05', '2022', '供应链管理师', 'supply chain manager'),
	('4-07-02-05', '2022', '商务数据分析师', 'business data analyst'),
	('4-13-01-05', '2022', '全媒体运营师', 'omnimedia operator');

INSERT INTO talent.work_type (occupation, edition, slug, name, name_en) VALUES
	('4-01-06-02', '2022', 'product-selection', '选品员', 'product selector'),
	('4-01-06-02', '2022', 'livestream-sales', '直播销售员', 'livestream salesperson'),
	('4-01-06-02', '2022', 'video-promotion', '视频创推员', 'video creator and promoter'),
	('4-01-06-02', '2022', 'platform-management', '平台管理员', 'platform administrator'),
	('4-13-01-05', '2022', 'creative-planning', '创意策划', 'creative planning'),
	('4-13-01-05', '2022', 'audiovisual-operation', '视听运营', 'audiovisual operation'),
	('4-13-01-05', '2022', 'livestream-operation', '直播运营', 'livestream operation'),
	('4-13-01-05', '2022', 'traffic-operation', '流量运营', 'traffic operation'),
	('4-13-01-05', '2022', 'data-analysis', '数据分析', 'data analysis');

INSERT INTO talent.work_type_level (occupation, edition, work_type, level, min_hours)
SELECT w.occupation, w.edition, w.slug, h.level, h.hours
FROM talent.work_type w
JOIN (VALUES ('5', 120), ('4', 104), ('3', 88), ('2', 72), ('1', 72)) h (level, hours) ON true
WHERE w.occupation = '4-01-06-02' AND w.edition = '2022'
	AND (w.slug <> 'platform-management' OR h.level IN ('5', '4', '3'))
UNION ALL
SELECT w.occupation, w.edition, w.slug, v.level, NULL
FROM talent.work_type w
JOIN (VALUES ('4'), ('3'), ('2'), ('1')) v (level) ON true
WHERE w.occupation = '4-13-01-05' AND w.edition = '2022'
	AND (w.slug <> 'data-analysis' OR v.level <> '4');

INSERT INTO talent.counting_rule (name, version, text_zh, text_en) VALUES
	('participation', 1,
	'培训结业（按结业日期）与到考且未作废的评价（按考试日期）之和，须在计划期内。不合格计入，缺考不计入。',
	'Completions (by completion date) plus present, not annulled assessments (by exam date),'
	' inside the window. Failing counts; absence does not.'),
	('newly-certified', 1,
	'计划期内至少取得一张有效的职业技能等级证书，且计划期之前未取得过任何一张的人（作废视为从未取得）。'
	'有效指已公布、未撤销、未作废；暂停、到期、换发不影响计数。每人计一次，计入最早一张有效证书的区、机构、等级和月份。',
	'People with at least one live skill-grade certificate issued inside the window and none'
	' issued before the window (annulled = never issued). Live: published and neither revoked'
	' nor annulled; suspension, expiry and replacement change nothing. Each person counts once,'
	' in the district, body, level and month of the earliest live certificate.'),
	('mid-or-higher', 1,
	'上述人员中，计划期内持有等级为中级及以上的有效证书的人。每人计一次，计入最早一张此类证书的区、机构、等级和月份。',
	'Those people among them with a live certificate of the window whose level counts as'
	' intermediate. Each counts once, in the bucket of the earliest such certificate.');

INSERT INTO talent.programme
	(slug, title, title_en, window_from, window_to, district_prefix, position) VALUES
	('shanghai-2025-27', '上海市直播经济技能人才培养工作方案（2025-2027年）',
	'Shanghai plan for training skilled people of the livestreaming economy (2025-2027)',
	'2025-01-01', '2027-12-31', '31', 1);

INSERT INTO talent.goal
	(programme, key, unit, target, measures, rule, rule_version, position) VALUES
	('shanghai-2025-27', 'training_evaluation', 'person-times', 60000,
	'{training_completions,assessments_taken}', 'participation', 1, 1),
	('shanghai-2025-27', 'newly_certified', 'people', 50000,
	'{newly_certified}', 'newly-certified', 1, 2),
	('shanghai-2025-27', 'mid_or_higher', 'people', 40000,
	'{mid_or_higher}', 'mid-or-higher', 1, 3);
