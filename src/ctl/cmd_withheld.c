/* ctl/cmd_withheld.c - passes whose publication day has come and that cannot be published. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/table.h"
#include "http/problem.h"

static int withheld_run(struct ctl *ctl);

const struct verb cmd_withheld[] = {
	{
		.name = "withheld",
		.args = "",
		.en = "list passes that cannot be published, and why; they are judged anew every ten minutes",
		.zh = "列出到期但无法发布的合格成绩及原因；系统每十分钟重新判断一次",
		.run = withheld_run,
	},
	{0},
};

static const struct column_spec columns[] = {
	{"publish_on", "due on", "应发布日期"},
	{"exam_code", "exam", "批次"},
	{"name", "name", "姓名"},
	{"withheld.words", "why", "原因"},
	{"withheld.certificate_number", "number", "相关编号"},
	{"withheld.since", "since", "自"},
	{"id", "assessment", "成绩编号"},
};

/* The reason is the code of a problem, whose title says it. */
static void add_words(enum lang lang, json_t *withheld)
{
	const struct problem *p = problem_find(slice_of(api_str(withheld, "reason")));
	if (p)
		json_object_set_new(withheld, "words", json_string(p->text[lang].title));
}

static int withheld_run(struct ctl *ctl)
{
	json_t *items = NULL, *item;
	size_t i;
	int code = api_list(ctl, PATH("/v1/assessments?state=withheld"), &items);
	if (code == CTL_OK && !ctl->json) {
		json_array_foreach(items, i, item)
			add_words(ctl->lang, json_object_get(item, "withheld"));
		table_print(ctl->out, ctl->lang, columns, ARRAY_LEN(columns), items);
	}
	json_decref(items);
	return code;
}
