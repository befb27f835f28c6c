/* ctl/cmd_programme.c - programmes as their administrators keep them: goals and milestones. What they have come to is
 * told by `progress`. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/table.h"

static int list_run(struct ctl *ctl);
static int show_run(struct ctl *ctl);
static int history_run(struct ctl *ctl);
static int create_run(struct ctl *ctl);
static int change_run(struct ctl *ctl);
static int goal_run(struct ctl *ctl);
static int reach_run(struct ctl *ctl);
static int withdraw_run(struct ctl *ctl);

#define REASON_OPTION {"reason", "TEXT", "why, for the file", "更改原因，存档"}
#define PREVIEW_OPTION {"preview", NULL, "only show what it would do", "仅预览，不保存"}

const struct verb cmd_programme[] = {
	{
		.name = "programme",
		.sub = "list",
		.args = "",
		.en = "list the programmes: upcoming, open or ended",
		.zh = "列出各工作方案",
		.run = list_run,
	},
	{
		.name = "programme",
		.sub = "show",
		.args = "PROGRAMME",
		.en = "show a programme, what it counts, its goals and milestones",
		.zh = "查看工作方案、统计指标、目标与里程碑",
		.min_args = 1,
		.max_args = 1,
		.run = show_run,
	},
	{
		.name = "programme",
		.sub = "history",
		.args = "PROGRAMME",
		.en = "show what was changed of a programme, by whom and why",
		.zh = "查看工作方案的变更记录",
		.min_args = 1,
		.max_args = 1,
		.run = history_run,
	},
	{
		.name = "programme",
		.sub = "create",
		.args = "PROGRAMME --title TEXT --title-en TEXT --from DATE --to DATE --districts PREFIX --measures NAME,… "
		        "--reason TEXT [--area SLUG] [--occupations CODE,…] [--preview]",
		.en = "open a programme: what was recorded before is filled in by a background job",
		.zh = "新增工作方案：此前的记录由后台任务自动计入",
		.min_args = 1,
		.max_args = 1,
		.limit_s = 320, /* a preview reads everything */
		.options = {{"title", "TEXT", "in Chinese", "中文名称"},
			    {"title-en", "TEXT", "in English", "英文名称"},
			    {"from", "DATE", "the window's first day", "起始日期"},
			    {"to", "DATE", "its last day", "结束日期"},
			    {"districts", "PREFIX", "what the district codes counted begin with: 31 is Shanghai", "统计的区划代码前缀，如 31"},
			    {"measures", "NAME,…", "what is counted, e.g. newly_certified", "统计指标，如 newly_certified"},
			    {"area", "SLUG", "only what is in this area", "仅统计此区域"},
			    {"occupations", "CODE,…", "only these occupations", "仅统计这些职业"},
			    REASON_OPTION,
			    PREVIEW_OPTION},
		.run = create_run,
	},
	{
		.name = "programme",
		.sub = "change",
		.args = "PROGRAMME [--title TEXT] [--title-en TEXT] [--from DATE] [--to DATE] --reason TEXT [--preview]",
		.en = "rename a programme, or move its window: then everything is counted anew",
		.zh = "更改工作方案的名称或期限；更改期限后重新统计",
		.min_args = 1,
		.max_args = 1,
		.limit_s = 320,
		.options = {{"title", "TEXT", "in Chinese", "中文名称"},
			    {"title-en", "TEXT", "in English", "英文名称"},
			    {"from", "DATE", "the window's first day", "起始日期"},
			    {"to", "DATE", "its last day", "结束日期"},
			    REASON_OPTION,
			    PREVIEW_OPTION},
		.run = change_run,
	},
	{
		.name = "programme",
		.sub = "goal",
		.args = "PROGRAMME KEY --title TEXT --title-en TEXT [--target N --measures NAME,… --rule NAME] --reason TEXT "
		        "[--preview]",
		.en = "add or change a goal from the next version on: a number that measures add up to or, without --target, "
		      "a milestone",
		.zh = "新增或更改目标，自下一版本起生效：有 --target 的为数量目标，否则为里程碑",
		.min_args = 2,
		.max_args = 2,
		.options = {{"title", "TEXT", "in Chinese", "中文名称"},
			    {"title-en", "TEXT", "in English", "英文名称"},
			    {"target", "N", "the number", "目标值"},
			    {"measures", "NAME,…", "what adds up to it, of those that `programme show` lists",
			     "相加的统计指标，见 programme show"},
			    {"rule", "NAME", "the rule it counts by, e.g. newly-certified", "统计规则，如 newly-certified"},
			    {"rule-version", "N", "of the rule (default 1)", "规则版本（默认为 1）"},
			    REASON_OPTION,
			    PREVIEW_OPTION},
		.run = goal_run,
	},
	{
		.name = "programme",
		.sub = "reach",
		.args = "PROGRAMME KEY --on DATE --evidence TEXT",
		.en = "record a milestone as reached, with the evidence",
		.zh = "记录里程碑已达成及其依据",
		.min_args = 2,
		.max_args = 2,
		.options = {{"on", "DATE", "the day, YYYY-MM-DD, today or today-N", "达成日期，可写 today-N"},
			    {"evidence", "TEXT", "a document's number or address", "依据：文号或网址"}},
		.run = reach_run,
	},
	{
		.name = "programme",
		.sub = "withdraw",
		.args = "PROGRAMME KEY --reason TEXT",
		.en = "take back that a milestone was reached",
		.zh = "撤回里程碑的达成记录",
		.min_args = 2,
		.max_args = 2,
		.options = {REASON_OPTION},
		.run = withdraw_run,
	},
	{0},
};

#define TITLE(lang) ((lang) == LANG_ZH ? "title" : "title_en")

/* ---- looking ---- */

static int list_run(struct ctl *ctl)
{
	const struct column_spec columns[] = {
		{"programme", "programme", "工作方案"},
		{"window.from", "from", "自"},
		{"window.to", "to", "至"},
		{"state", "state", "状态"},
		{"version", "version", "版本"},
		{TITLE(ctl->lang), "what", "名称"},
	};
	return api_print_list(ctl, PATH("/v1/programmes"), columns, ARRAY_LEN(columns));
}

/* The words of an array in one cell. */
static void join(json_t *object, const char *member)
{
	struct buf text = BUF_INIT(4 * KIB);
	const json_t *word;
	size_t i;
	json_array_foreach(json_object_get(object, member), i, word)
		buf_addf(&text, "%s%s", i ? "," : "", json_string_value(word));
	if (text.n > 0 && !buf_failed(&text))
		json_object_set_new(object, member, json_stringn(text.p, text.n));
	buf_free(&text);
}

static int show_run(struct ctl *ctl)
{
	const struct column_spec facts[] = {
		{"programme", "programme", "工作方案"},
		{TITLE(ctl->lang), "what", "名称"},
		{"window.from", "from", "自"},
		{"window.to", "to", "至"},
		{"state", "state", "状态"},
		{"district_prefix", "districts", "区划"},
		{"area", "area", "区域"},
		{"occupations", "occupations", "职业"},
		{"measures", "measures", "统计指标"},
		{"version", "version", "版本"},
	};
	const struct column_spec goals[] = {
		{"key", "goal", "目标"},
		{TITLE(ctl->lang), "what", "名称"},
		{"target", "target", "目标值"},
		{"measures", "measures", "统计指标"},
		{"rule", "rule", "规则"},
		{"reached_on", "reached on", "达成日期"},
		{"evidence", "evidence", "依据"},
	};
	json_t *answer = NULL, *goal;
	size_t i;
	int code = api_call(ctl, "GET", PATH("/v1/programmes/%", ctl->args->rest[0]), NULL, NULL, &answer);
	if (code == CTL_OK && !ctl->json) {
		join(answer, "measures");
		join(answer, "occupations");
		json_array_foreach(json_object_get(answer, "goals"), i, goal)
			join(goal, "measures");
		table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
		fputc('\n', ctl->out);
		table_print(ctl->out, ctl->lang, goals, ARRAY_LEN(goals), json_object_get(answer, "goals"));
	}
	json_decref(answer);
	return code;
}

static int history_run(struct ctl *ctl)
{
	static const struct column_spec columns[] = {
		{"at", "at", "时间"},
		{"action", "what", "操作"},
		{"detail.version", "version", "版本"},
		{"by.staff", "by", "经办人"},
		{"detail.reason", "reason", "原因"},
	};
	return api_print_list(ctl, PATH("/v1/programmes/%/history", ctl->args->rest[0]), columns, ARRAY_LEN(columns));
}

/* ---- changing ---- */

/* Sends the body, which it takes, and prints the answer's members that there are. */
static int send(struct ctl *ctl, const char *method, const char *const *path, json_t *body)
{
	static const struct column_spec facts[] = {
		{"programme", "programme", "工作方案"},
		{"window.from", "from", "自"},
		{"window.to", "to", "至"},
		{"version", "version", "版本"},
		{"key", "goal", "目标"},
		{"target", "target", "目标值"},
		{"count", "count", "已完成"},
		{"percent", "%", "%"},
		{"plan_to_date", "planned by now", "按计划应完成"},
		{"ahead", "ahead of the plan", "超前"},
		{"reached_on", "reached on", "达成日期"},
		{"evidence", "evidence", "依据"},
	};
	static const struct column_spec figures[] = {
		{"measure", "measure", "指标"},
		{"count", "now", "目前"},
		{"then", "then", "更改后"},
	};
	json_t *answer = NULL;
	int code = api_call(ctl, method, path, body, NULL, &answer);
	if (code == CTL_OK && !ctl->json) {
		const json_t *measures = json_object_get(answer, "measures");
		table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
		if (json_is_object(json_array_get(measures, 0)))
			table_print(ctl->out, ctl->lang, figures, ARRAY_LEN(figures), measures);
	}
	json_decref(answer);
	json_decref(body);
	return code;
}

/* "a,b" as an array. */
static json_t *words_of(const char *text)
{
	json_t *words = json_array();
	struct slice rest = slice_of(text ? text : "");
	while (rest.n) {
		struct slice word = slice_cut(&rest, ',');
		json_array_append_new(words, json_stringn(word.p, word.n));
	}
	return words;
}

static int create_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"title", "title", BODY_TEXT, true},
		{"title-en", "title_en", BODY_TEXT, true},
		{"from", "from", BODY_DATE, true},
		{"to", "to", BODY_DATE, true},
		{"districts", "district_prefix", BODY_TEXT, true},
		{"area", "area", BODY_TEXT, false},
		{"reason", "reason", BODY_TEXT, true},
	};
	const char *occupations = args_option(ctl->args, "occupations");
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	json_object_set_new(body, "programme", json_string(ctl->args->rest[0]));
	json_object_set_new(body, "measures", words_of(args_option(ctl->args, "measures")));
	if (occupations)
		json_object_set_new(body, "occupations", words_of(occupations));
	return send(ctl, "POST", args_option(ctl->args, "preview") ? PATH("/v1/programmes/preview") : PATH("/v1/programmes"),
	            body);
}

static int change_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"title", "title", BODY_TEXT, false},
		{"title-en", "title_en", BODY_TEXT, false},
		{"from", "from", BODY_DATE, false},
		{"to", "to", BODY_DATE, false},
		{"reason", "reason", BODY_TEXT, true},
	};
	const char *programme = ctl->args->rest[0];
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	if (args_option(ctl->args, "preview"))
		return send(ctl, "POST", PATH("/v1/programmes/%/preview", programme), body);
	return send(ctl, "PATCH", PATH("/v1/programmes/%", programme), body);
}

static int goal_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"title", "title", BODY_TEXT, true},
		{"title-en", "title_en", BODY_TEXT, true},
		{"target", "target", BODY_COUNT, false},
		{"rule", "rule", BODY_TEXT, false},
		{"rule-version", "rule_version", BODY_COUNT, false},
		{"reason", "reason", BODY_TEXT, true},
	};
	const char *const *rest = ctl->args->rest;
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	json_object_set_new(body, "measures", words_of(args_option(ctl->args, "measures")));
	if (args_option(ctl->args, "preview"))
		return send(ctl, "POST", PATH("/v1/programmes/%/goals/%/preview", rest[0], rest[1]), body);
	return send(ctl, "PUT", PATH("/v1/programmes/%/goals/%", rest[0], rest[1]), body);
}

static int reach_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"on", "reached_on", BODY_DATE, true},
		{"evidence", "evidence", BODY_TEXT, true},
	};
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	return send(ctl, "PUT", PATH("/v1/programmes/%/milestones/%", ctl->args->rest[0], ctl->args->rest[1]), body);
}

static int withdraw_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {{"reason", "reason", BODY_TEXT, true}};
	json_t *body = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	return send(ctl, "DELETE", PATH("/v1/programmes/%/milestones/%", ctl->args->rest[0], ctl->args->rest[1]), body);
}
