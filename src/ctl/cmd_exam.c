/* ctl/cmd_exam.c - announcing exams (batches), to which results are then submitted by code. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/candidate_group.h"
#include "ctl/id_number.h"
#include "ctl/json_file.h"
#include "ctl/noun.h"

static int create_run(struct ctl *ctl);

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"code", "code", "批次"},
	{"held_on", "held on", "考试日期"},
	{"occupation", "occupation", "职业"},
	{"work_type", "work type", "工种"},
	{"level", "level", "等级"},
	{"standard", "standard", "标准"},
	{"partner", "partner", "合作企业"},
	{"standing", "standing", "资格"},
	{"state", "state", "状态"},
	{"id", "id", "编号"},
	{0},
}};

static const struct body_field announces[] = {
	{"code", "code", BODY_TEXT, true},
	{"occupation", "occupation", BODY_TEXT, true},
	{"edition", "edition", BODY_TEXT, true},
	{"work-type", "work_type", BODY_TEXT, true},
	{"level", "level", BODY_TEXT, true},
	{"held-on", "held_on", BODY_DATE, true},
	{"partner", "partner", BODY_TEXT, false},
	{"session", "session", BODY_TEXT, false},
	{"site", "site", BODY_TEXT, false},
	{"publicity-days", "publicity_days", BODY_COUNT, false},
	{"standard", "standard", BODY_TEXT, false},
	{"body", "body", BODY_TEXT, false},
	{"late-reason", "late_reason", BODY_TEXT, false},
	{"candidates", "candidate_group", BODY_TEXT, false},
	{"roster", "roster_required", BODY_TRUE, false},
	{0},
};
#define CODES declared_bases
#define CODES_LIST "domain/declared_basis_list.h"
#define CODES_EN "what was seen of it:"
#define CODES_ZH "申报依据："
#include "ctl/codes.h"

static const struct body_field asks[] = {
	{"name", "candidate.name", BODY_TEXT, true},
	{"id-type", "candidate.id_type", BODY_TEXT, true},
	{"id-country", "candidate.id_country", BODY_TEXT, false},
	{"held-level", "declared.level", BODY_TEXT, false},
	{"years", "declared.years", BODY_COUNT, false},
	{"education", "declared.education", BODY_TEXT, false},
	{"basis", "declared.basis", BODY_TEXT, false},
	{0},
};
static const struct column_spec eligible[] = {
	{"eligible", "eligible", "可参加"},
	{"sitting", "sitting", "正考/补考"},
	{"advancement", "advancement", "初次/晋级"},
	{"warnings", "warnings", "提示"},
	{"refusals", "refused for", "不符合"},
	{0},
};
static const struct answer_view eligibility = {.columns = eligible};

static const struct body_field moves[] = {
	{"standard", "standard", BODY_TEXT, true},
	{"work-type", "work_type", BODY_TEXT, false},
	{"reason", "reason", BODY_TEXT, true},
	{0},
};

static const struct body_field filters[] = {{"candidates", "candidate_group", BODY_TEXT, false}, {0}};

static const struct named exam = {"/v1/exams?code=%", "code", "id", "there is no exam %", "没有代码为 % 的考试"};

const struct verb cmd_exam[] = {
	{
		.name = "exam",
		.sub = "create",
		.args = "FILE.json | --code CODE …",
		.en = "announce one exam by options, or those of a file: an object or an array with the "
		      "members code, occupation, edition, work_type, level, held_on, partner, "
		      "session, standard, site; exams that exist already are left alone. What was held already an "
		      "administrator announces (--as administrator), for a body and with a reason: body, "
		      "late_reason",
		.zh = "登记考试批次：用选项登记一个，或由 JSON 文件登记多个（成员为 code、occupation、"
		      "edition、work_type、level、held_on、partner、session、standard、site）；已有的批次不变。"
		      "考试日期已过的，由管理部门（--as administrator）代评价机构登记并说明原因：body、late_reason",
		.max_args = 1,
		.token = "TALENT_INSTITUTION_TOKEN",
		.options =
			{
				{"code", "CODE", "your own code of the exam", "批次代码"},
				{"occupation", "CODE", "e.g. 4-01-06-02", "职业编码，如 4-01-06-02"},
				{"edition", "YEAR", "of the occupation", "职业标准版本"},
				{"work-type", "NAME", "e.g. 直播销售员", "工种，如 直播销售员"},
				{"level", "CODE", "5 4 3 2 1", "等级：5 4 3 2 1"},
				{"held-on", "DATE", "YYYY-MM-DD, today or today-N", "考试日期，可写 today-N"},
				{"partner", "SLUG", "the company of a dual exam", "双证合作企业"},
				{"session", "ID", "the training session before it", "对应的培训班"},
				{"site", "ID", "where it takes place; needed when you have several", "站点；本机构有多个站点时必填"},
				{"publicity-days", "N", "days that results are public before certificates",
				 "发证前的公示天数"},
				{"roster", NULL, "results are taken for those on its roster only", "只接收名册内考生的成绩"},
				{"candidates", "GROUP", candidate_groups_en, candidate_groups_zh},
				{"body", "SLUG", "administrators: the body that held it", "管理部门：举行考试的评价机构"},
				{"late-reason", "TEXT", "administrators: why it is announced so late", "管理部门：逾期登记的原因"},
				{"standard", "NAME", "e.g. 互联网营销师/2021; otherwise the one in force on the day",
				 "职业技能标准，如 互联网营销师/2021；不填则为考试日期施行的标准"},
			},
		.run = create_run,
	},
	{
		.name = "exam",
		.sub = "list",
		.args = "[--code CODE] [--state STATE] [--candidates GROUP]",
		.en = "list exams",
		.zh = "列出考试批次",
		.token = "TALENT_INSTITUTION_TOKEN",
		.options = {{"code", "CODE", "only this one", "仅此批次"},
			    {"state", "STATE", "open, closed or cancelled", "open 接收成绩、closed 已关闭、cancelled 已取消"},
			    {"candidates", "GROUP", candidate_groups_en, candidate_groups_zh}},
		LIST("/v1/exams", .fields = filters, .view = &shown),
	},
	{
		.name = "exam",
		.sub = "move",
		.args = "CODE|ID --standard NAME --reason TEXT [--work-type NAME]",
		.en = "move an announced exam, before its day, to the standard that follows its own, also of "
		      "another edition; administrators (--as administrator) give its ID; refused: standard_unknown "
		      "not_a_successor standard_not_in_force work_type_unknown level_not_offered",
		.zh = "在考试日期之前将已登记的考试改为依据后续标准（可为新版本职业）；管理部门"
		      "（--as administrator）须填考试编号；退回代码：standard_unknown not_a_successor standard_not_in_force "
		      "work_type_unknown level_not_offered",
		.token = "TALENT_INSTITUTION_TOKEN",
		.min_args = 1,
		.max_args = 1,
		.options =
			{
				{"standard", "NAME", "the one that follows, e.g. 互联网营销师/2027", "后续标准，如 互联网营销师/2027"},
				{"work-type", "NAME", "when it has another name there", "工种，名称有变时填写"},
				{"reason", "TEXT", "why", "原因"},
			},
		ASK("POST", "/v1/exams/%/transfer", .fields = moves, .named = &exam, .view = &shown),
	},
	{
		.name = "exam",
		.sub = "eligibility",
		.args = "CODE|ID --name NAME --id-type CODE [--id-number NUMBER] [--held-level CODE] [--years N] [--education CODE] "
		        "[--basis CODE]",
		.en = "what would speak against a candidate; without --id-number it is read from standard input. Codes: "
		      "age_below_minimum prerequisite_unmet prerequisite_too_recent level_held",
		.zh = "考生能否参加考试；未给出 --id-number 时从标准输入读取号码。代码：age_below_minimum 未达年龄 "
		      "prerequisite_unmet 不符合申报条件 prerequisite_too_recent 取证未满年限 level_held 已持更高等级",
		.token = "TALENT_INSTITUTION_TOKEN",
		.min_args = 1,
		.max_args = 1,
		.options =
			{
				{"name", "NAME", "as on the document", "证件上的姓名"},
				{"id-type", "CODE", "resident_id, hmt_residence, foreign_pr, passport, …", "证件类型代码"},
				{"id-number", "NUMBER", "as on the document", "证件号码"},
				{"id-country", "CODE", "of a passport", "护照签发国家"},
				{"held-level", "CODE", "a level held elsewhere", "在其他机构取得的等级"},
				{"years", "N", "of work", "工作年限"},
				{"education", "CODE", "secondary_vocational … doctor", "学历代码"},
				{"basis", "CODE", declared_bases_en, declared_bases_zh},
			},
		ASK("POST", "/v1/exams/%/eligibility", .fields = asks, .complete = id_number_add, .named = &exam, .view = &eligibility),
	},
	{
		.name = "exam",
		.sub = "history",
		.args = "ID",
		.en = "tell what was done to an exam, by whom and why",
		.zh = "列出考试的变更记录",
		.min_args = 1,
		.max_args = 1,
		HISTORY("/v1/exams/%/history"),
	},
	{0},
};

static int create_one(struct ctl *ctl, const json_t *body)
{
	json_t *answer = NULL;
	int code = api_call_once(ctl, "POST", PATH("/v1/exams"), body, &answer);
	if (code == CTL_OK && !ctl->json)
		fprintf(ctl->out, "%s  %s\n", api_str(answer, "code"), api_str(answer, "id"));
	json_decref(answer);
	return code;
}

/* Whether the exam is there already. */
static int exists(struct ctl *ctl, const char *exam_code, bool *ret)
{
	struct ctl quiet = *ctl;
	json_t *answer = NULL;
	quiet.json = false;
	int code = api_call(&quiet, "GET", PATH("/v1/exams?code=%", exam_code), NULL, NULL, &answer);
	*ret = api_find(json_object_get(answer, "items"), "code", exam_code) != NULL;
	json_decref(answer);
	return code;
}

static int create_from_file(struct ctl *ctl, const char *file)
{
	json_t *exams = NULL, *entry;
	size_t i;
	int code = json_file_read(ctl, file, day_of(instant_now()), &exams);
	if (code != CTL_OK)
		return code;
	if (json_is_object(exams)) {
		json_t *one = json_array();
		json_array_append_new(one, exams);
		exams = one;
	}
	json_array_foreach(exams, i, entry) {
		bool there = false;
		code = exists(ctl, api_str(entry, "code"), &there);
		if (code == CTL_OK && there)
			fprintf(ctl->err, pick(ctl->lang, "%s is there already\n", "%s 已存在\n"),
			        api_str(entry, "code"));
		else if (code == CTL_OK)
			code = create_one(ctl, entry);
		if (code != CTL_OK)
			break;
	}
	json_decref(exams);
	return code;
}

static int create_run(struct ctl *ctl)
{
	static const struct request one = {.method = "POST", .path = "/v1/exams", .file = FILE_IF_GIVEN, .keyed = true, .fields = announces, .says = {"%  %", "%  %", {"code", "id"}}};
	return ctl->args->n_rest ? create_from_file(ctl, ctl->args->rest[0]) : noun_do(ctl, &one);
}
