/* domain/export_part_list.h - the parts of an organisation's records, in the order in which they are taken out: X(code,
 * what it is called in Chinese). sql/functions/organisation_export.sql has the rows of each. */

X(organisation, "机构")
X(sites, "场所")
X(staff, "人员")
X(standing, "资质")
X(sessions, "培训班")
X(enrolments, "培训报名")
X(exams, "考试")
X(results, "考评记录")
X(certificates, "证书")
X(history, "变更记录")
