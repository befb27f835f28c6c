/* ctl/cmd_standing.c - who may: accreditations of bodies, recognitions of companies, agreements between them. The
 * nouns have the same verbs; what differs is in a row for each. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/batch.h"
#include "ctl/body.h"
#include "ctl/table.h"

static int create_run(struct ctl *ctl);
static int list_run(struct ctl *ctl);
static int show_run(struct ctl *ctl);
static int suspend_run(struct ctl *ctl);
static int reinstate_run(struct ctl *ctl);
static int end_run(struct ctl *ctl);
static int history_run(struct ctl *ctl);
static int propose_run(struct ctl *ctl);
static int confirm_run(struct ctl *ctl);
static int approve_run(struct ctl *ctl);
static int withdraw_run(struct ctl *ctl);
static int refuse_run(struct ctl *ctl);

static const char reasons_en[] = "one of:"
#define X(code, zh) " " #code
#include "domain/standing_reason_list.h"
#undef X
	;
static const char reasons_zh[] = "原因，以下之一："
#define X(code, zh) " " #code " " zh
#include "domain/standing_reason_list.h"
#undef X
	;

#define REASON_OPTIONS {"reason", "CODE", reasons_en, reasons_zh}, \
		{"note", "TEXT", "for the file, never shown to the public", "备注，不对外公开"}
#define GRANT_OPTIONS(slug, whose_en, whose_zh) \
		{slug, "SLUG", whose_en, whose_zh}, \
		{"occupation", "CODE", "as in 4-01-06-02", "职业编码，如 4-01-06-02"}, \
		{"edition", "YEAR", "of the occupation, as in 2022", "职业版本，如 2022"}, \
		{"levels", "CODE,…", "5 4 3 2 1, with commas between them", "等级 5 4 3 2 1，以逗号分隔"}, \
		{"from", "DATE", "the first day: YYYY-MM-DD, today, today+N", "起始日：YYYY-MM-DD、today、today+N"}, \
		{"to", "DATE", "the last day; none: no end", "截止日；不填则无截止日"}, \
		{"standard", "NAME", "only under this standard, as in 互联网营销师/2021", \
		 "仅限该职业技能标准，如 互联网营销师/2021"}

/* What every noun has; of_en and of_zh: what one of them is called. */
#define VERBS_OF(noun, of_en, of_zh) \
	{.name = noun, .sub = "list", .args = "[--organisation SLUG]", .en = "list them, newest first", \
	 .zh = "列出，最新的在前", \
	 .options = {{"organisation", "SLUG", "only of this organisation", "仅列出该机构的"}}, .run = list_run}, \
	{.name = noun, .sub = "show", .args = "ID", .en = "show one " of_en, .zh = "查看一项" of_zh, .min_args = 1, \
	 .max_args = 1, .run = show_run}, \
	{.name = noun, .sub = "history", .args = "ID", .en = "tell what was done to one " of_en ", by whom and why", \
	 .zh = "列出一项" of_zh "的变更记录", .min_args = 1, .max_args = 1, .run = history_run}, \
	{.name = noun, .sub = "suspend", .args = "ID --reason CODE [--note TEXT]", \
	 .en = "suspend one " of_en " for cause: results that rest on it stop at once, certificates stay valid", \
	 .zh = "因故暂停一项" of_zh "：立即停止接收相关成绩，已发证书仍有效", .min_args = 1, .max_args = 1, \
	 .options = {REASON_OPTIONS}, .run = suspend_run}, \
	{.name = noun, .sub = "reinstate", .args = "ID --reason CODE [--note TEXT]", \
	 .en = "lift the suspension of one " of_en, .zh = "恢复一项已暂停的" of_zh, .min_args = 1, .max_args = 1, \
	 .options = {REASON_OPTIONS}, .run = reinstate_run}, \
	{.name = noun, .sub = "end", .args = "ID --to DATE --reason CODE [--note TEXT]", \
	 .en = "have one " of_en " end: its last day, today or later; results of exams held until then still follow", \
	 .zh = "终止一项" of_zh "：最后一天为今天或以后；此前已举行考试的成绩仍可报送", .min_args = 1, .max_args = 1, \
	 .options = {{"to", "DATE", "the last day: YYYY-MM-DD, today, today+N", \
	              "最后一天：YYYY-MM-DD、today、today+N"}, REASON_OPTIONS}, .run = end_run}

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
		.run = create_run,
	},
	VERBS_OF("accreditation", "accreditation", "备案"),
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
		.run = create_run,
	},
	VERBS_OF("recognition", "recognition", "认可"),
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
		.run = propose_run,
	},
	{.name = "agreement", .sub = "confirm", .args = "ID", .en = "confirm what the other party proposed",
	 .zh = "确认另一方提出的协议", .min_args = 1, .max_args = 1, .run = confirm_run},
	{.name = "agreement", .sub = "approve", .args = "ID",
	 .en = "approve an agreement that both parties want: it is in force in its days",
	 .zh = "批准双方已确认的协议，在协议期内生效", .min_args = 1, .max_args = 1, .run = approve_run},
	{.name = "agreement", .sub = "withdraw", .args = "ID --reason CODE [--note TEXT]",
	 .en = "a party withdraws or declines before it is approved", .zh = "当事一方在批准前撤回或谢绝协议", .min_args = 1,
	 .max_args = 1, .options = {REASON_OPTIONS}, .run = withdraw_run},
	{.name = "agreement", .sub = "refuse", .args = "ID --reason CODE [--note TEXT]",
	 .en = "an administrator does not approve", .zh = "管理部门不予批准协议", .min_args = 1, .max_args = 1,
	 .options = {REASON_OPTIONS}, .run = refuse_run},
	VERBS_OF("agreement", "agreement", "协议"),
	{0},
};

static const struct column_spec columns[] = {
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
};

static const struct column_spec titles[] = {
	{"occupation", "occupation", "职业"}, {"work_type", "work type", "工种"}, {"level", "level", "等级"},
	{"title", "title", "证书名称"},       {"title_en", "in English", "英文名称"}, {"code", "code", "企业代码"},
};

static const struct column_spec accredited[] = {
	{"id", "id", "编号"},         {"body", "body", "评价机构"}, {"occupation", "occupation", "职业"},
	{"work_type", "work type", "工种"}, {"levels", "levels", "等级"}, {"valid_from", "from", "起始日"},
	{"valid_to", "to", "截止日"}, {"state", "state", "状态"},
};
static const struct column_spec recognised[] = {
	{"id", "id", "编号"},           {"company", "company", "企业"},   {"occupation", "occupation", "职业"},
	{"work_type", "work type", "工种"}, {"levels", "levels", "等级"}, {"valid_from", "from", "起始日"}, {"valid_to", "to", "截止日"},
	{"state", "state", "状态"},
};
static const struct column_spec agreed[] = {
	{"id", "id", "编号"},           {"body", "body", "评价机构"},   {"company", "company", "企业"},
	{"window_days", "window", "确认期天数"}, {"valid_from", "from", "起始日"}, {"valid_to", "to", "截止日"},
	{"state", "state", "状态"},
};

static const struct noun {
	const char *name, *list, *listed, *one, *suspension, *ending, *history;
	const struct column_spec *columns;
	size_t n;
} nouns[] = {
#define NOUN(noun, at, columns) \
	{noun, at, at "?organisation=%", at "/%", at "/%/suspension", at "/%/ending", at "/%/history", columns, ARRAY_LEN(columns)}
	NOUN("accreditation", "/v1/accreditations", accredited),
	NOUN("recognition", "/v1/recognitions", recognised),
	NOUN("agreement", "/v1/agreements", agreed),
};

static const struct noun *noun_of(const struct ctl *ctl)
{
	const struct noun *n = nouns;
	while (strcmp(n->name, ctl->args->verb->name) != 0)
		n++;
	return n;
}

/* ---- looking ---- */

static int list_run(struct ctl *ctl)
{
	const struct noun *n = noun_of(ctl);
	const char *of = args_option(ctl->args, "organisation");
	return api_print_list(ctl, of ? PATH(n->listed, of) : PATH(n->list), n->columns, n->n);
}

static int show_run(struct ctl *ctl)
{
	json_t *answer = NULL;
	int code = api_call(ctl, "GET", PATH(noun_of(ctl)->one, ctl->args->rest[0]), NULL, NULL, &answer);
	if (code == CTL_OK && !ctl->json) {
		table_print_item(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), answer);
		if (json_object_get(answer, "titles"))
			table_print(ctl->out, ctl->lang, titles, ARRAY_LEN(titles), json_object_get(answer, "titles"));
	}
	json_decref(answer);
	return code;
}

static int history_run(struct ctl *ctl)
{
	static const struct column_spec done[] = {
		{"at", "at", "时间"},
		{"action", "what", "操作"},
		{"by.staff", "by", "经办人"},
		{"by.role", "as", "经办角色"},
		{"by.credential", "credential", "凭证名称"},
		{"detail.reason", "reason", "原因"},
		{"detail.note", "note", "备注"},
	};
	return api_print_list(ctl, PATH(noun_of(ctl)->history, ctl->args->rest[0]), done, ARRAY_LEN(done));
}

/* ---- changing ---- */

/* Sends the body, which is given up, and shows what comes of it. */
static int send(struct ctl *ctl, const char *method, const char *const *path, json_t *body)
{
	json_t *answer = NULL;
	int code = api_call(ctl, method, path, body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), answer);
	json_decref(body);
	json_decref(answer);
	return code;
}

static json_t *levels_of(const char *option)
{
	struct slice rest = slice_of(option);
	json_t *levels = json_array();
	while (rest.p) {
		struct slice one = slice_cut(&rest, ',');
		json_array_append_new(levels, json_stringn(one.p, one.n));
	}
	return levels;
}

static int create_run(struct ctl *ctl)
{
	static const struct body_field accreditation[] = {
		{"occupation", "occupation", BODY_TEXT, true},
		{"edition", "edition", BODY_TEXT, true},
		{"from", "valid_from", BODY_DATE, true},
		{"to", "valid_to", BODY_DATE, false},
		{"levels", "levels", BODY_TEXT, true},
		{"body", "body", BODY_TEXT, true},
		{"work-type", "work_type", BODY_TEXT, true},
		{"site", "site", BODY_TEXT, false},
		{"standard", "standard", BODY_TEXT, false},
	};
	static const struct body_field recognition[] = {
		{"occupation", "occupation", BODY_TEXT, true},
		{"edition", "edition", BODY_TEXT, true},
		{"from", "valid_from", BODY_DATE, true},
		{"to", "valid_to", BODY_DATE, false},
		{"levels", "levels", BODY_TEXT, true},
		{"company", "company", BODY_TEXT, true},
		{"work-type", "work_type", BODY_TEXT, false},
		{"standard", "standard", BODY_TEXT, false},
	};
	const struct noun *n = noun_of(ctl);
	bool accredits = n == nouns;
	json_t *body = NULL;
	if (ctl->args->n_rest)
		return batch_post(ctl, PATH(n->list), ctl->args->rest[0], true, n->columns, n->n);
	int code = body_from_options(ctl, accredits ? accreditation : recognition,
	                             accredits ? ARRAY_LEN(accreditation) : ARRAY_LEN(recognition), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	json_object_set_new(body, "levels", levels_of(args_option(ctl->args, "levels")));
	return send(ctl, "POST", PATH(n->list), body);
}

/* reason, note and, of an ending, the last day. */
static int change(struct ctl *ctl, const char *method, const char *path, bool ends)
{
	static const struct body_field fields[] = {
		{"reason", "reason", BODY_TEXT, true},
		{"note", "note", BODY_TEXT, false},
		{"to", "valid_to", BODY_DATE, true},
	};
	json_t *body = NULL;
	int code = CTL_OK;
	if (!args_option(ctl->args, "reason"))
		return ctl_usage(ctl, pick(ctl->lang, "--reason is missing: %s", "缺少 --reason：%s"),
		                 pick(ctl->lang, reasons_en, reasons_zh));
	code = body_from_options(ctl, fields, ends ? 3 : 2, day_of(instant_now()), &body);
	return code == CTL_OK ? send(ctl, method, PATH(path, ctl->args->rest[0]), body) : code;
}

static int suspend_run(struct ctl *ctl)
{
	return change(ctl, "PUT", noun_of(ctl)->suspension, false);
}

static int reinstate_run(struct ctl *ctl)
{
	return change(ctl, "DELETE", noun_of(ctl)->suspension, false);
}

static int end_run(struct ctl *ctl)
{
	return change(ctl, "POST", noun_of(ctl)->ending, true);
}

/* ---- agreements, until they are approved ---- */

static int propose_run(struct ctl *ctl)
{
	return batch_post(ctl, PATH("/v1/agreements"), ctl->args->rest[0], false, agreed, ARRAY_LEN(agreed));
}

static int confirm_run(struct ctl *ctl)
{
	return send(ctl, "POST", PATH("/v1/agreements/%/confirmation", ctl->args->rest[0]), NULL);
}

static int approve_run(struct ctl *ctl)
{
	return send(ctl, "POST", PATH("/v1/agreements/%/approval", ctl->args->rest[0]), NULL);
}

static int withdraw_run(struct ctl *ctl)
{
	return change(ctl, "POST", "/v1/agreements/%/withdrawal", false);
}

static int refuse_run(struct ctl *ctl)
{
	return change(ctl, "POST", "/v1/agreements/%/refusal", false);
}
