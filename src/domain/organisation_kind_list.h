/* domain/organisation_kind_list.h - what an organisation can be, several at once: X(code, Chinese). As
 * talent.organisation_kind, which a test compares. */

X(training_institution, "培训机构")
X(evaluation_body, "评价机构")
X(livestreaming_company, "直播企业")
X(platform, "平台企业")
X(mcn_agency, "MCN 机构")
X(brand_owner, "品牌方")
X(association, "行业协会")
X(school, "院校")
X(hr_agency, "人力资源服务机构")
X(training_base, "实训基地")
X(employer, "用人单位")
X(authority, "主管部门")
