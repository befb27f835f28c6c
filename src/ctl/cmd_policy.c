/* ctl/cmd_policy.c - what the authority decides and may decide anew from a day on. */
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/body.h"
#include "ctl/table.h"

static int list_run(struct ctl *ctl);
static int show_run(struct ctl *ctl);
static int set_run(struct ctl *ctl);

const struct verb cmd_policy[] = {
	{
		.name = "policy",
		.sub = "list",
		.args = "",
		.en = "list the policies: what holds today and what comes next",
		.zh = "列出各项政策参数：目前取值及下一次更改",
		.run = list_run,
	},
	{
		.name = "policy",
		.sub = "show",
		.args = "POLICY",
		.en = "show a policy with every value it was given",
		.zh = "查看一项政策参数及其各次取值",
		.min_args = 1,
		.max_args = 1,
		.run = show_run,
	},
	{
		.name = "policy",
		.sub = "set",
		.args = "POLICY VALUE --reason TEXT [--from DATE] [--preview]",
		.en = "set a policy anew from a day on (today, unless said otherwise): publicity_days, publicity_days_min "
		      "or verification_record_days. What was done before stays as it was",
		.zh = "自某日起（默认为今天）更改政策参数：publicity_days 默认公示天数、publicity_days_min 公示天数下限、"
		      "verification_record_days 查验记录保留天数。此前办理的事项不变",
		.min_args = 2,
		.max_args = 2,
		.options = {{"reason", "TEXT", "why, for the file", "更改原因，存档"},
			    {"from", "DATE", "the first day, YYYY-MM-DD or today+N", "生效日期，YYYY-MM-DD 或 today+N"},
			    {"preview", NULL, "only show what it would do", "仅预览，不保存"}},
		.run = set_run,
	},
	{0},
};

#define TITLE(lang) ((lang) == LANG_ZH ? "title" : "title_en")
#define APPLIES_TO(lang) ((lang) == LANG_ZH ? "applies_to" : "applies_to_en")

static int list_run(struct ctl *ctl)
{
	const struct column_spec columns[] = {
		{"policy", "policy", "参数"},
		{"value", "value", "取值"},
		{"unit", "unit", "单位"},
		{"from", "since", "生效日期"},
		{"next_value", "next", "下一取值"},
		{"next_from", "from", "起"},
		{TITLE(ctl->lang), "what", "说明"},
	};
	return api_print_list(ctl, PATH("/v1/policies"), columns, ARRAY_LEN(columns));
}

static int show_run(struct ctl *ctl)
{
	const struct column_spec facts[] = {
		{"policy", "policy", "参数"},
		{TITLE(ctl->lang), "what", "说明"},
		{"value", "value", "取值"},
		{"unit", "unit", "单位"},
		{"least", "at least", "下限"},
		{"most", "at most", "上限"},
		{APPLIES_TO(ctl->lang), "applies to", "适用于"},
	};
	static const struct column_spec versions[] = {
		{"version", "version", "版本"},
		{"value", "value", "取值"},
		{"from", "from", "生效日期"},
		{"set_at", "set", "更改时间"},
		{"set_by_name", "by", "更改人"},
		{"reason", "reason", "原因"},
	};
	json_t *answer = NULL;
	int code = api_call(ctl, "GET", PATH("/v1/policies/%", ctl->args->rest[0]), NULL, NULL, &answer);
	if (code == CTL_OK && !ctl->json) {
		table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
		fputc('\n', ctl->out);
		table_print(ctl->out, ctl->lang, versions, ARRAY_LEN(versions), json_object_get(answer, "versions"));
	}
	json_decref(answer);
	return code;
}

static int set_run(struct ctl *ctl)
{
	static const struct body_field fields[] = {
		{"reason", "reason", BODY_TEXT, true},
		{"from", "from", BODY_DATE, false},
	};
	const struct column_spec facts[] = {
		{"policy", "policy", "参数"},
		{"value", "value", "取值"},
		{"from", "from", "生效日期"},
		{"until", "until", "至"},
		{"instead_of", "instead of", "原取值"},
		{APPLIES_TO(ctl->lang), "applies to", "适用于"},
		{"version", "version", "版本"},
		{"reason", "reason", "原因"},
	};
	const char *policy = ctl->args->rest[0], *value = ctl->args->rest[1];
	json_t *body = NULL, *answer = NULL;
	int code = body_from_options(ctl, fields, ARRAY_LEN(fields), day_of(instant_now()), &body);
	if (code != CTL_OK)
		return code;
	if (json_object_set_new(body, "value", json_string(value)) < 0)
		code = ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	if (code == CTL_OK)
		code = api_call(ctl, "POST",
		                args_option(ctl->args, "preview") ? PATH("/v1/policies/%/versions/preview", policy)
		                                                  : PATH("/v1/policies/%/versions", policy),
		                body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
	json_decref(body);
	json_decref(answer);
	return code;
}
