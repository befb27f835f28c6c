/* api/person_report.c - everything that is held about a person, and who asked for it when and why (PIPL 45): an
 * administrator asks on the person's behalf. Sections and columns are headed in both languages, so that the answer
 * can be handed over as it is. */

#include "api/api.h"
#include "api/outcome.h"
#include "api/person_purpose.h"
#include "sql/person_report.h"
#include "verifying/guess.h"
#include "web/request.h"

static const struct decode_field why_fields[] = {PURPOSE_FIELDS(struct purpose, )};
static const struct decode_table why_table = {why_fields, ARRAY_LEN(why_fields), sizeof(struct purpose)};

/* ---- headings ---- */

struct heading {
	const char *name, *zh, *en;
};

#define HEADINGS_MAX 22

/* As person_report.sql writes them. */
static const struct section {
	struct heading heading;
	size_t offset; /* of its items in the row */
	struct heading columns[HEADINGS_MAX];
} sections[] = {
#define AT(column) offsetof(struct person_report_row, column)
	{{"identity", "身份", "Identity"}, AT(identity),
	 {{"id", "人员编号", "Person"}, {"id_type", "证件类型", "Document"}, {"id_country", "签发国家", "Country"},
	  {"id_number", "证件号码（加密保存，仅示末四位）", "Number (kept encrypted; its last four characters)"},
	  {"recorded_at", "登记时间", "Recorded"}}},
	{{"names", "姓名", "Names"}, AT(names),
	 {{"name", "姓名", "Name"}, {"basis", "依据", "Basis"}, {"since", "登记时间", "Since"}}},
	{{"enrolments", "培训和考试报名", "Training, and rosters of exams"}, AT(enrolments),
	 {{"id", "报名编号", "Enrolment"}, {"session", "培训班或考试", "Session or exam"}, {"institution", "机构", "Institution"},
	  {"starts_on", "开班", "From"}, {"ends_on", "结束", "To"}, {"state", "状态", "State"},
	  {"name", "报名姓名", "Name as enrolled"}, {"hours_attended", "课时", "Hours attended"},
	  {"employer", "所在单位", "Employer"},
	  {"recorded_at", "登记时间", "Recorded"}}},
	{{"results", "考评", "Results"}, AT(results),
	 {{"id", "考评记录", "Result"}, {"exam", "考试", "Exam"}, {"body", "评价机构", "Evaluation body"},
	  {"occupation", "职业", "Occupation"}, {"edition", "版本", "Edition"}, {"level", "等级", "Level"},
	  {"held_on", "考试日期", "Held on"}, {"name", "报送姓名", "Name as submitted"}, {"attendance", "到考", "Attendance"},
	  {"theory", "理论", "Theory"}, {"skill", "技能", "Skill"}, {"review", "综合评审", "Review"},
	  {"outcome", "结果", "Outcome"}, {"state", "状态", "State"},
	  {"company_decision", "企业意见", "The company's decision"}, {"company_reason", "否决原因", "Why it was vetoed"},
	  {"company_note", "企业备注", "The company's note"}, {"recheck", "复核", "Re-check"}, {"recorded_at", "登记时间", "Recorded"},
	  {"annulled_on", "作废日期", "Annulled on"}, {"superseded_on", "更正日期", "Corrected on"}}},
	{{"certificates", "证书", "Certificates"}, AT(certificates),
	 {{"number", "证书编号", "Number"}, {"kind", "种类", "Kind"}, {"version", "版本", "Version"},
	  {"title", "名称", "Title"}, {"holder", "持证人", "Holder"}, {"issuer", "发证方", "Issuer"},
	  {"issued_on", "发证日期", "Issued on"}, {"expires_on", "有效期至", "Expires on"}, {"state", "状态", "State"},
	  {"signed_at", "签名时间", "Signed"}}},
	{{"events", "证书变更", "What happened to the certificates"}, AT(events),
	 {{"number", "证书编号", "Number"}, {"event", "变更", "Event"}, {"at", "时间", "At"}, {"reason", "原因", "Reason"},
	  {"note", "备注", "Note"}}},
	{{"verifications", "查验记录", "Verifications on record"}, AT(verifications),
	 {{"number", "证书编号", "Number"}, {"checked_at", "查验时间", "Checked"}, {"result", "结果", "Result"},
	  {"name_compared", "姓名核对", "Name compared"}, {"caller", "查验方类别", "Kind of caller"},
	  {"kept_until", "保留至", "Kept until"}}},
	{{"counted", "统计", "Counted"}, AT(counted),
	 {{"programme", "计划", "Programme"}, {"measure", "指标", "Measure"}, {"district", "区", "District"},
	  {"organisation", "机构", "Organisation"}, {"level", "等级", "Level"}, {"month", "月份", "Month"}}},
	{{"asked", "查询与处理记录", "Who asked or decided, and why"}, AT(asked),
	 {{"at", "时间", "At"}, {"action", "事项", "Action"}, {"by", "经办人", "By"}, {"by_role", "角色", "Role"},
	  {"by_organisation", "单位", "Organisation"}, {"purpose", "目的", "Purpose"}, {"note", "备注", "Note"},
	  {"request", "请求编号", "Request"}}},
#undef AT
};

static const struct view_field heading_fields[] = {
	VIEW_FIELD(struct heading, name, "name"),
	VIEW_FIELD(struct heading, zh, "zh"),
	VIEW_FIELD(struct heading, en, "en"),
};
static const struct view heading_view = VIEW(heading, struct heading, heading_fields);

struct told_section {
	struct heading heading;
	struct view_list columns;
	struct slice items;
};

static const struct view_field section_fields[] = {
	VIEW_INCLUDE_STRUCT(struct told_section, heading, heading_view),
	VIEW_FIELD(struct told_section, columns, "columns", .view = &heading_view),
	VIEW_FIELD(struct told_section, items, "items", .as = VIEW_JSON),
};
static const struct view section_view = VIEW(report_section, struct told_section, section_fields);

struct report {
	struct uuid person;
	struct instant made_at;
	struct view_list sections;
};

static const struct view_field report_fields[] = {
	VIEW_FIELD(struct report, person, "person"),
	VIEW_FIELD(struct report, made_at, "made_at"),
	VIEW_FIELD(struct report, sections, "sections", .view = &section_view),
};
static const struct view report_view = VIEW(person_report, struct report, report_fields);

/* ---- POST /v1/people/{id}/report ---- */

static step_fn report_begin, report_done;

const struct route route_person_report = {
	.name = "person_report",
	.method = HTTP_POST,
	.path = "/v1/people/{id:uuid}/report",
	.roles = ROLE_ADMINISTRATOR,
	.own = OWN_REGISTRY,
	.right = RIGHT_READS, /* what it stores is that somebody asked */
	.media = "application/json",
	.body_max = 8 * KIB,
	.body = &why_table,
	.deadline = INIT_SECONDS(8),
	.answers = ANSWERS(JSON_VIEW(200, report_view)),
	.problems = PROBLEMS(P_RATE_LIMITED),
	.write = &person_report_statement,
	.first = report_begin,
};

static struct step report_begin(struct request *rq, const struct db_result *none)
{
	const struct purpose *why = rq->state;
	struct guess_refusal refusal;
	if (!guess_may_look_up(rq, &refusal))
		return guess_refuse(rq, &refusal);
	return AWAIT_WRITE(rq, report_done,
	                   PERSON_REPORT_CALL(request_context(rq), rq->param[0].uuid, why->purpose, why->note));
}

static struct told_section told(const struct section *s, const struct person_report_row *row)
{
	size_t n = 0;
	while (n < HEADINGS_MAX && s->columns[n].name)
		n++;
	return (struct told_section){
		.heading = s->heading,
		.columns = {s->columns, n},
		.items = *(const struct slice *)((const char *)row + s->offset),
	};
}

static struct step report_done(struct request *rq, const struct db_result *rows)
{
	struct person_report_row row;
	struct told_section made[ARRAY_LEN(sections)];
	person_report_read(rows->res[0], 0, &row);
	if (row.outcome == PERSON_REPORT_REPLAYED)
		request_replayed(rq);
	else if (row.outcome != PERSON_REPORT_TOLD)
		return reply_outcome(rq, row.outcome);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		made[i] = told(&sections[i], &row);
	return reply_view(rq, 200, &report_view,
	                  &(struct report){rq->param[0].uuid, instant_now(), {made, ARRAY_LEN(sections)}});
}
