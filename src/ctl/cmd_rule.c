/* ctl/cmd_rule.c - the counting rules that goals name. */
#include "ctl/api.h"
#include "ctl/table.h"

static int list_run(struct ctl *ctl);

const struct verb cmd_rule[] = {
	{
		.name = "rule",
		.sub = "list",
		.args = "",
		.en = "list the counting rules, each version with its text and the goals (programme/key) that count by it: what "
		      "`programme goal` names with --rule and --rule-version",
		.zh = "列出计数规则的各版本文本及采用的目标（计划/目标）；供 programme goal 的 --rule 和 --rule-version 填写",
		.run = list_run,
	},
	{0},
};

static int list_run(struct ctl *ctl)
{
	static const struct column_spec zh[] = {
		{"rule", "rule", "规则"}, {"version", "version", "版本"}, {"goals", "goals", "目标"}, {"text", "text", "文本"}};
	static const struct column_spec en[] = {
		{"rule", "rule", "规则"}, {"version", "version", "版本"}, {"goals", "goals", "目标"}, {"text_en", "text", "文本"}};
	return api_print_list(ctl, PATH("/v1/rules"), ctl->lang == LANG_ZH ? zh : en, ARRAY_LEN(zh));
}
