/* ctl/cmd_standing.c - who may: accreditations of bodies, recognitions of companies, agreements between them. The
 * nouns have the same verbs; what differs is in a row for each. */
#include "ctl/noun.h"

#define CODES reasons
#define CODES_LIST "domain/standing_reason_list.h"
#include "ctl/codes.h"

#define REASON_OPTIONS {"reason", "CODE", reasons_en, reasons_zh}, NOUN_NOTE
#define STATES_EN "not_yet, in_force, suspended or ended"
#define STATES_ZH "not_yet 未生效、in_force 有效、suspended 已暂停、ended 已终止"
#define GRANT_OPTIONS(slug, whose_en, whose_zh) \
		{slug, "SLUG", whose_en, whose_zh}, \
		{"occupation", "CODE", "as in 4-01-06-02", "职业编码，如 4-01-06-02"}, \
		{"edition", "YEAR", "of the occupation, as in 2022", "职业版本，如 2022"}, \
		{"levels", "CODE,…", "5 4 3 2 1, with commas between them", "等级 5 4 3 2 1，以逗号分隔"}, \
		{"from", "DATE", "the first day: YYYY-MM-DD, today, today+N", "起始日：YYYY-MM-DD、today、today+N"}, \
		{"to", "DATE", "the last day; none: no end", "截止日；不填则无截止日"}, \
		{"standard", "NAME", "only under this standard, as in 互联网营销师/2021", \
		 "仅限该职业技能标准，如 互联网营销师/2021"}

static const struct answer_view shown = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"body", "body", "评价机构"},
	{"company", "company", "企业"},
	{"occupation", "occupation", "职业"},
	{"edition", "edition", "版本"},
	{"work_type", "work type", "工种"},
	{"site_name", "site", "站点"},
	{"standard", "standard", "标准"},
	{"levels", "levels", "等级"},
	{"proposed_by", "proposed by", "提出方"},
	{"window_days", "window", "确认期天数"},
	{"confirmer", "confirmed by", "确认人"},
	{"validity_months", "valid for months", "有效月数"},
	{"renewal_months", "renewed in the last months", "续期月数"},
	{"valid_from", "from", "起始日"},
	{"valid_to", "to", "截止日"},
	{"state", "state", "状态"},
	{"suspended_on", "suspended on", "暂停日期"},
	{"reason", "reason", "原因"},
	{0},
}, .tables = {{"titles", (const struct column_spec[]){
	{"occupation", "occupation", "职业"},
	{"work_type", "work type", "工种"},
	{"level", "level", "等级"},
	{"title", "title", "证书名称"},
	{"title_en", "in English", "英文名称"},
	{"code", "code", "企业代码"},
	{0},
}}}};

#define OCCUPATION_COLUMNS {"occupation", "occupation", "职业"}, {"work_type", "work type", "工种"}, {"levels", "levels", "等级"}
#define STATE_COLUMNS {"valid_from", "from", "起始日"}, {"valid_to", "to", "截止日"}, {"state", "state", "状态"}
static const struct answer_view accredited = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"}, {"body", "body", "评价机构"}, OCCUPATION_COLUMNS, STATE_COLUMNS, {0},
}};
static const struct answer_view recognised = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"}, {"company", "company", "企业"}, OCCUPATION_COLUMNS, STATE_COLUMNS, {0},
}};
static const struct answer_view agreed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"}, {"body", "body", "评价机构"}, {"company", "company", "企业"},
	{"window_days", "window", "确认期天数"}, STATE_COLUMNS, {0},
}};

#define GRANT_FIELDS(whose, work_type_needed) \
	{"occupation", "occupation", BODY_TEXT, true}, \
	{"edition", "edition", BODY_TEXT, true}, \
	{"from", "valid_from", BODY_DATE, true}, \
	{"to", "valid_to", BODY_DATE, false}, \
	{"levels", "levels", BODY_WORDS, true}, \
	{whose, whose, BODY_TEXT, true}, \
	{"work-type", "work_type", BODY_TEXT, work_type_needed}, \
	{"standard", "standard", BODY_TEXT, false}
static const struct body_field accredits[] = {GRANT_FIELDS("body", true), {"site", "site", BODY_TEXT, false}, {0}};
static const struct body_field recognises[] = {GRANT_FIELDS("company", false), {0}};

#define DECIDE(method, at) ASK(method, at, .fields = reason_fields, .view = &shown)
#define CREATE(at, what, list) \
	ASK("POST", at, .file = FILE_OF_MANY, .keyed = true, .fields = what, .view = &shown, .many = &list)

/* What every noun has; of_en and of_zh: what one of them is called. */
#define VERBS_OF(noun, at, of_en, of_zh, list, states_en, states_zh) \
	{.name = noun, .sub = "list", .args = "[--organisation SLUG] [--state STATE] [--on DATE] [--occupation CODE] " \
	 "[--district CODE]", \
	 .en = "list them, newest first", .zh = "列出，最新的在前", \
	 .options = {{"organisation", "SLUG", "only of this organisation", "仅列出该机构的"}, \
	             {"state", "STATE", states_en, states_zh}, \
	             {"on", "DATE", "whose days cover this one: YYYY-MM-DD, today, today-N", \
	              "有效期包含该日的：YYYY-MM-DD、today、today-N"}, \
	             {"occupation", "CODE", "of this occupation, e.g. 4-01-06-02", "仅列出该职业的，如 4-01-06-02"}, \
	             {"district", "CODE", "of the body's or the company's own district, e.g. 310105", \
	              "评价机构（企业认可为企业）所在区划，如 310105"}}, \
	 LIST(at, .view = &list)}, \
	{.name = noun, .sub = "show", .args = "ID", .en = "show one " of_en, .zh = "查看一项" of_zh, .min_args = 1, \
	 .max_args = 1, ASK("GET", at "/%", .view = &shown)}, \
	{.name = noun, .sub = "history", .args = "ID", .en = "tell what was done to one " of_en ", by whom and why", \
	 .zh = "列出一项" of_zh "的变更记录", .min_args = 1, .max_args = 1, HISTORY(at "/%/history")}, \
	{.name = noun, .sub = "suspend", .args = "ID --reason CODE [--note TEXT]", \
	 .en = "suspend one " of_en " for cause: results that rest on it stop at once, certificates stay valid", \
	 .zh = "因故暂停一项" of_zh "：立即停止接收相关成绩，已发证书仍有效", .min_args = 1, .max_args = 1, \
	 .options = {REASON_OPTIONS}, DECIDE("PUT", at "/%/suspension")}, \
	{.name = noun, .sub = "reinstate", .args = "ID --reason CODE [--note TEXT]", \
	 .en = "lift the suspension of one " of_en, .zh = "恢复一项已暂停的" of_zh, .min_args = 1, .max_args = 1, \
	 .options = {REASON_OPTIONS}, DECIDE("DELETE", at "/%/suspension")}, \
	{.name = noun, .sub = "end", .args = "ID --to DATE --reason CODE [--note TEXT]", \
	 .en = "have one " of_en " end: its last day, today or later; results of exams held until then still follow", \
	 .zh = "终止一项" of_zh "：最后一天为今天或以后；此前已举行考试的成绩仍可报送", .min_args = 1, .max_args = 1, \
	 .options = {NOUN_LAST_DAY, REASON_OPTIONS}, ASK("POST", at "/%/ending", .fields = last_day_fields, .view = &shown)}

const struct verb cmd_standing[] = {
	{
		.name = "accreditation",
		.sub = "create",
		.args = "FILE.json | --body SLUG --occupation CODE --edition YEAR --work-type NAME --levels CODE,… --from DATE "
			"[--to DATE] [--site ID] [--standard NAME]",
		.en = "accredit an evaluation body for levels of a work type, or bodies as a file says: an object or an array "
		      "with the members body, occupation, edition, work_type, levels [], valid_from, valid_to, site, standard",
		.zh = "为评价机构备案可评价的工种和等级，或由 JSON 文件登记一项或多项（成员为 body、occupation、edition、work_type、"
		      "levels []、valid_from、valid_to、site、standard）",
		.max_args = 1,
		.options = {GRANT_OPTIONS("body", "the evaluation body", "评价机构"),
			    {"work-type", "NAME", "of the occupation, as in livestream-sales", "工种，如 直播销售员"},
			    {"site", "ID", "only for this site of the body", "仅限该站点"}},
		CREATE("/v1/accreditations", accredits, accredited),
	},
	VERBS_OF("accreditation", "/v1/accreditations", "accreditation", "备案", accredited, STATES_EN, STATES_ZH),
	{
		.name = "recognition",
		.sub = "create",
		.args = "FILE.json | --company SLUG --occupation CODE --edition YEAR --levels CODE,… --from DATE [--to DATE] "
			"[--work-type NAME] [--standard NAME]",
		.en = "recognise a livestreaming company for levels of an occupation, or of one of its work types; or companies "
		      "as a file says: an object or an array with the members company, occupation, edition, work_type, "
		      "levels [], valid_from, valid_to, standard",
		.zh = "认可直播企业可颁证的职业（或其中一个工种）和等级，或由 JSON 文件登记一项或多项（成员为 company、occupation、"
		      "edition、work_type、levels []、valid_from、valid_to、standard）",
		.max_args = 1,
		.options = {GRANT_OPTIONS("company", "the livestreaming company", "直播企业"),
			    {"work-type", "NAME", "only for this work type, as in livestream-sales", "仅限该工种，如 直播销售员"}},
		CREATE("/v1/recognitions", recognises, recognised),
	},
	VERBS_OF("recognition", "/v1/recognitions", "recognition", "认可", recognised, STATES_EN, STATES_ZH),
	{
		.name = "agreement",
		.sub = "propose",
		.args = "FILE.json",
		.en = "propose an agreement to the other party, as --as institution or --as company, or those of an array; "
		      "members: with (its SLUG), "
		      "valid_from, valid_to, window_days, confirmer, validity_months, renewal_months, titles [{occupation, "
		      "edition, work_type, level, title, title_en, code}]",
		.zh = "以 --as institution 或 --as company 向另一方提出协议（可为数组）；成员：with（对方代号）、valid_from、valid_to、"
		      "window_days、confirmer、validity_months、renewal_months、titles [{occupation、edition、work_type、level、"
		      "title、title_en、code}]",
		.min_args = 1,
		.max_args = 1,
		ASK("POST", "/v1/agreements", .file = FILE_OF_MANY, .view = &shown, .many = &agreed),
	},
	{.name = "agreement", .sub = "confirm", .args = "ID", .en = "confirm what the other party proposed",
	 .zh = "确认另一方提出的协议", .min_args = 1, .max_args = 1, ASK("POST", "/v1/agreements/%/confirmation", .view = &shown)},
	{.name = "agreement", .sub = "approve", .args = "ID",
	 .en = "approve an agreement that both parties want: it is in force in its days",
	 .zh = "批准双方已确认的协议，在协议期内生效", .min_args = 1, .max_args = 1, ASK("POST", "/v1/agreements/%/approval", .view = &shown)},
	{.name = "agreement", .sub = "withdraw", .args = "ID --reason CODE [--note TEXT]",
	 .en = "a party withdraws or declines before it is approved", .zh = "当事一方在批准前撤回或谢绝协议", .min_args = 1,
	 .max_args = 1, .options = {REASON_OPTIONS}, DECIDE("POST", "/v1/agreements/%/withdrawal")},
	{.name = "agreement", .sub = "refuse", .args = "ID --reason CODE [--note TEXT]",
	 .en = "an administrator does not approve", .zh = "管理部门不予批准协议", .min_args = 1, .max_args = 1,
	 .options = {REASON_OPTIONS}, DECIDE("POST", "/v1/agreements/%/refusal")},
	VERBS_OF("agreement", "/v1/agreements", "agreement", "协议", agreed, "proposed, confirmed, withdrawn, refused, " STATES_EN,
	         "proposed 已提出、confirmed 双方已确认、withdrawn 已撤回、refused 未获批准、" STATES_ZH),
	{0},
};
