/* ctl/cmd_rule.c - the counting rules that goals name. */
#include "ctl/noun.h"

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"rule", "rule", "规则"},
	{"version", "version", "版本"},
	{"goals", "goals", "目标"},
	{"text_en", "text", NULL},
	{"text", NULL, "文本"},
	{0},
}};

const struct verb cmd_rule[] = {
	{
		.name = "rule",
		.sub = "list",
		.args = "",
		.en = "list the counting rules, each version with its text and the goals (programme/key) that count by it: what "
		      "`programme goal` names with --rule and --rule-version",
		.zh = "列出计数规则的各版本文本及采用的目标（计划/目标）；供 programme goal 的 --rule 和 --rule-version 填写",
		LIST("/v1/rules", .view = &listed),
	},
	{0},
};
