/* ctl/cmd_programme.c - programmes as their administrators keep them: goals and milestones. What they have come to is
 * told by `progress`. */
#include "ctl/noun.h"

#define REASON_OPTION {"reason", "TEXT", "why, for the file", "更改原因，存档"}
#define PREVIEW_OPTION {"preview", NULL, "only show what it would do", "仅预览，不保存"}

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"programme", "programme", "工作方案"},
	{"window.from", "from", "自"},
	{"window.to", "to", "至"},
	{"state", "state", "状态"},
	{"version", "version", "版本"},
	{"title_en", "what", NULL},
	{"title", NULL, "名称"},
	{0},
}};

static const struct column_spec facts[] = {
	{"programme", "programme", "工作方案"},
	{"title_en", "what", NULL},
	{"title", NULL, "名称"},
	{"window.from", "from", "自"},
	{"window.to", "to", "至"},
	{"state", "state", "状态"},
	{"district_prefix", "districts", "区划"},
	{"area", "area", "区域"},
	{"occupations", "occupations", "职业"},
	{"measures", "measures", "统计指标"},
	{"version", "version", "版本"},
	{0},
};
static const struct column_spec goals[] = {
	{"key", "goal", "目标"},
	{"title_en", "what", NULL},
	{"title", NULL, "名称"},
	{"target", "target", "目标值"},
	{"measures", "measures", "统计指标"},
	{"rule", "rule", "规则"},
	{"reached_on", "reached on", "达成日期"},
	{"evidence", "evidence", "依据"},
	{0},
};
static const struct answer_view shown = {facts, {{"goals", goals}}};

static const struct column_spec told[] = {
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
	{0},
};
static const struct column_spec figures[] = {
	{"measure", "measure", "指标"},
	{"count", "now", "目前"},
	{"then", "then", "更改后"},
	{0},
};
static const struct answer_view changed = {told, {{"measures", figures}}};

#define PREVIEW(at) .instead = {"preview", "POST", at}
#define REASON_FIELD {"reason", "reason", BODY_TEXT, true}
static const struct body_field creates[] = {
	{"PROGRAMME", "programme", BODY_ARGUMENT, false},
	{"title", "title", BODY_TEXT, true},
	{"title-en", "title_en", BODY_TEXT, true},
	{"from", "from", BODY_DATE, true},
	{"to", "to", BODY_DATE, true},
	{"districts", "district_prefix", BODY_TEXT, true},
	{"area", "area", BODY_TEXT, false},
	{"measures", "measures", BODY_WORDS, false},
	{"occupations", "occupations", BODY_WORDS_IF, false},
	REASON_FIELD,
	{0},
};
static const struct body_field changes[] = {
	{"title", "title", BODY_TEXT, false},
	{"title-en", "title_en", BODY_TEXT, false},
	{"from", "from", BODY_DATE, false},
	{"to", "to", BODY_DATE, false},
	REASON_FIELD,
	{0},
};
static const struct body_field counts[] = {
	{"measures", "measures", BODY_WORDS, false},
	REASON_FIELD,
	{0},
};
static const struct body_field goal[] = {
	{"title", "title", BODY_TEXT, true},
	{"title-en", "title_en", BODY_TEXT, true},
	{"target", "target", BODY_COUNT, false},
	{"measures", "measures", BODY_WORDS, false},
	{"rule", "rule", BODY_TEXT, false},
	{"rule-version", "rule_version", BODY_COUNT, false},
	REASON_FIELD,
	{0},
};
static const struct body_field reaches[] = {
	{"on", "reached_on", BODY_DATE, true},
	{"evidence", "evidence", BODY_TEXT, true},
	{0},
};
static const struct body_field withdraws[] = {REASON_FIELD, {0}};

const struct verb cmd_programme[] = {
	{
		.name = "programme",
		.sub = "list",
		.args = "",
		.en = "list the programmes: upcoming, open or ended",
		.zh = "列出各工作方案",
		LIST("/v1/programmes", .view = &listed),
	},
	{
		.name = "programme",
		.sub = "show",
		.args = "PROGRAMME",
		.en = "show a programme, what it counts, its goals and milestones",
		.zh = "查看工作方案、统计指标、目标与里程碑",
		.min_args = 1,
		.max_args = 1,
		ASK("GET", "/v1/programmes/%", .view = &shown),
	},
	{
		.name = "programme",
		.sub = "history",
		.args = "PROGRAMME",
		.en = "show what was changed of a programme, by whom and why",
		.zh = "查看工作方案的变更记录",
		.min_args = 1,
		.max_args = 1,
		HISTORY("/v1/programmes/%/history"),
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
		ASK("POST", "/v1/programmes", .fields = creates, .view = &changed, PREVIEW("/v1/programmes/preview")),
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
		ASK("PATCH", "/v1/programmes/%", .fields = changes, .view = &changed, PREVIEW("/v1/programmes/%/preview")),
	},
	{
		.name = "programme",
		.sub = "count",
		.args = "PROGRAMME --measures NAME,… --reason TEXT [--preview]",
		.en = "have a programme count more, e.g. by another version of a rule, which a background job fills; goals turn "
		      "to it by `programme goal`",
		.zh = "增加统计指标，如规则的新版本，由后台任务计入；目标以 programme goal 改用",
		.min_args = 1,
		.max_args = 1,
		.limit_s = 320,
		.options = {{"measures", "NAME,…", "what is counted besides", "增加的统计指标"}, REASON_OPTION, PREVIEW_OPTION},
		ASK("POST", "/v1/programmes/%/measures", .fields = counts, .view = &changed,
		    PREVIEW("/v1/programmes/%/measures/preview")),
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
		ASK("PUT", "/v1/programmes/%/goals/%", .fields = goal, .view = &changed,
		    PREVIEW("/v1/programmes/%/goals/%/preview")),
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
		ASK("PUT", "/v1/programmes/%/milestones/%", .fields = reaches, .view = &changed),
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
		ASK("DELETE", "/v1/programmes/%/milestones/%", .fields = withdraws, .view = &changed),
	},
	{0},
};
