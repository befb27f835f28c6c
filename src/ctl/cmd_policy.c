/* ctl/cmd_policy.c - what the authority decides and may decide anew from a day on. */
#include "ctl/noun.h"

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"policy", "policy", "参数"},
	{"value", "value", "取值"},
	{"unit", "unit", "单位"},
	{"from", "since", "生效日期"},
	{"next_value", "next", "下一取值"},
	{"next_from", "from", "起"},
	{"title_en", "what", NULL},
	{"title", NULL, "说明"},
	{0},
}};

static const struct column_spec facts[] = {
	{"policy", "policy", "参数"},
	{"title_en", "what", NULL},
	{"title", NULL, "说明"},
	{"value", "value", "取值"},
	{"unit", "unit", "单位"},
	{"least", "at least", "下限"},
	{"most", "at most", "上限"},
	{"applies_to_en", "applies to", NULL},
	{"applies_to", NULL, "适用于"},
	{0},
};
static const struct column_spec versions[] = {
	{"version", "version", "版本"},
	{"value", "value", "取值"},
	{"from", "from", "生效日期"},
	{"set_at", "set", "更改时间"},
	{"set_by_name", "by", "更改人"},
	{"reason", "reason", "原因"},
	{0},
};
static const struct answer_view shown = {facts, {{"versions", versions}}};

static const struct answer_view told = {.columns = (const struct column_spec[]){
	{"policy", "policy", "参数"},
	{"value", "value", "取值"},
	{"from", "from", "生效日期"},
	{"until", "until", "至"},
	{"instead_of", "instead of", "原取值"},
	{"applies_to_en", "applies to", NULL},
	{"applies_to", NULL, "适用于"},
	{"version", "version", "版本"},
	{"reason", "reason", "原因"},
	{0},
}};

static const struct body_field sets[] = {
	{"reason", "reason", BODY_TEXT, true},
	{"from", "from", BODY_DATE, false},
	{"VALUE", "value", BODY_ARGUMENT, false},
	{0},
};

const struct verb cmd_policy[] = {
	{
		.name = "policy",
		.sub = "list",
		.args = "",
		.en = "list the policies: what holds today and what comes next",
		.zh = "列出各项政策参数：目前取值及下一次更改",
		LIST("/v1/policies", .view = &listed),
	},
	{
		.name = "policy",
		.sub = "show",
		.args = "POLICY",
		.en = "show a policy with every value it was given",
		.zh = "查看一项政策参数及其各次取值",
		.min_args = 1,
		.max_args = 1,
		ASK("GET", "/v1/policies/%", .view = &shown),
	},
	{
		.name = "policy",
		.sub = "set",
		.args = "POLICY VALUE --reason TEXT [--from DATE] [--preview]",
		.en = "set a policy anew from a day on (today, unless said otherwise): publicity_days, publicity_days_min, "
		      "recheck_answer_days, verification_record_days or organisation_contact_days. What was done before stays "
		      "as it was",
		.zh = "自某日起（默认为今天）更改政策参数：publicity_days 默认公示天数、publicity_days_min 公示天数下限、"
		      "recheck_answer_days 复核答复期限、verification_record_days 查验记录保留天数、"
		      "organisation_contact_days 机构终止后联系人保留天数。此前办理的事项不变",
		.min_args = 2,
		.max_args = 2,
		.options = {{"reason", "TEXT", "why, for the file", "更改原因，存档"},
			    {"from", "DATE", "the first day, YYYY-MM-DD or today+N", "生效日期，YYYY-MM-DD 或 today+N"},
			    {"preview", NULL, "only show what it would do", "仅预览，不保存"}},
		ASK("POST", "/v1/policies/%/versions", .fields = sets, .view = &told,
		    .instead = {"preview", "POST", "/v1/policies/%/versions/preview"}),
	},
	{0},
};
