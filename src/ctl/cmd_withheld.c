/* ctl/cmd_withheld.c - passes whose publication day has come and that cannot be published. */
#include "ctl/api.h"
#include "ctl/noun.h"
#include "http/problem.h"

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"publish_on", "due on", "应发布日期"},
	{"exam_code", "exam", "批次"},
	{"name", "name", "姓名"},
	{"withheld.words", "why", "原因"},
	{"withheld.certificate_number", "number", "相关编号"},
	{"withheld.since", "since", "自"},
	{"id", "assessment", "成绩编号"},
	{0},
}};

/* The reason is the code of a problem, whose title says it. */
static void show(struct ctl *ctl, const json_t *items)
{
	json_t *item;
	size_t i;
	json_array_foreach(items, i, item) {
		json_t *withheld = json_object_get(item, "withheld");
		const struct problem *p = problem_find(slice_of(api_str(withheld, "reason")));
		if (p)
			json_object_set_new(withheld, "words", json_string(p->text[ctl->lang].title));
	}
	view_list(ctl, &listed, items);
}

const struct verb cmd_withheld[] = {
	{
		.name = "withheld",
		.args = "[--window open]",
		.en = "list passes that cannot be published, and why; they are judged anew every ten minutes",
		.zh = "列出到期但无法发布的合格成绩及原因；系统每十分钟重新判断一次",
		.options = {{"window", "open", "only where the company may still confirm or veto", "仅列出企业仍可确认或否决的成绩"}},
		LIST("/v1/assessments?state=withheld", .show = show),
	},
	{0},
};
