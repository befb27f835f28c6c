/* ctl/cmd_area.c - areas that lie across districts, and who is in them. */
#include "ctl/noun.h"

#define REASON_OPTION {"reason", "TEXT", "why, for the file", "更改原因，存档"}

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"area", "area", "区域"},
	{"name_en", "name", NULL},
	{"name", NULL, "名称"},
	{0},
}};

static const struct column_spec told_columns[] = {
	{"area", "area", "区域"},
	{"name", "name", "名称"},
	{"organisation", "organisation", "机构"},
	{"from", "from", "生效日期"},
	{"instead_of", "instead of", "原区域"},
	{"exams", "exams announced from then on", "此后已安排的考试"},
	{0},
};
static const struct column_spec figures[] = {
	{"programme", "programme", "工作方案"},
	{"measure", "measure", "指标"},
	{"count", "now", "目前"},
	{"then", "then", "更改后"},
	{0},
};
static const struct answer_view told = {told_columns, {{"measures", figures}}};

static const struct body_field sets[] = {
	{"name", "name", BODY_TEXT, true},
	{"name-en", "name_en", BODY_TEXT, true},
	{"districts", "districts", BODY_WORDS, true},
	{"reason", "reason", BODY_TEXT, true},
	{0},
};
static const struct body_field joins[] = {{"from", "from", BODY_DATE, true}, {"reason", "reason", BODY_TEXT, true}, {0}};

const struct verb cmd_area[] = {
	{
		.name = "area",
		.sub = "list",
		.args = "",
		.en = "list the areas",
		.zh = "列出各区域",
		LIST("/v1/areas", .view = &listed),
	},
	{
		.name = "area",
		.sub = "set",
		.args = "AREA --name TEXT --name-en TEXT --districts CODE,… --reason TEXT",
		.en = "add an area, or change its names and the districts it lies in",
		.zh = "新增区域，或更改其名称和所涉区划",
		.min_args = 1,
		.max_args = 1,
		.options = {{"name", "TEXT", "in Chinese", "中文名称"},
			    {"name-en", "TEXT", "in English", "英文名称"},
			    {"districts", "CODE,…", "all districts that it lies in", "所涉区划代码，须列全"},
			    REASON_OPTION},
		ASK("PUT", "/v1/areas/%", .fields = sets, .view = &told),
	},
	{
		.name = "area",
		.sub = "join",
		.args = "AREA ORGANISATION --from DATE --reason TEXT [--preview]",
		.en = "put an organisation into an area from a day on; AREA none takes it out",
		.zh = "自某日起将机构列入区域；AREA 为 none 时移出",
		.min_args = 2,
		.max_args = 2,
		.limit_s = 320, /* a preview reads everything */
		.options = {{"from", "DATE", "the first day, YYYY-MM-DD or today+N", "生效日期，YYYY-MM-DD 或 today+N"},
			    REASON_OPTION,
			    {"preview", NULL, "only show what it would do", "仅预览，不保存"}},
		ASK("PUT", "/v1/areas/%/organisations/%", .fields = joins, .view = &told,
		    .instead = {"preview", "POST", "/v1/areas/%/organisations/%/preview"}),
	},
	{0},
};
