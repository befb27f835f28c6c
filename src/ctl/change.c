/* ctl/change.c - one request that changes the state of a certificate or a result. */
#include "ctl/change.h"

#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/table.h"

static const struct column_spec facts[] = {
	{"number", "number", "编号"},
	{"id", "result", "考评记录"},
	{"state", "state", "状态"},
	{"revoked_on", "revoked on", "撤销日期"},
	{"suspended_on", "suspended on", "暂停日期"},
	{"annulled_on", "annulled on", "作废日期"},
};

int change_state(struct ctl *ctl, const struct change *change)
{
	const char *reason = args_option(ctl->args, "reason");
	json_t *answer = NULL;
	if (!reason)
		return ctl_usage(ctl, pick(ctl->lang, "--reason is missing: %s", "缺少 --reason：%s"),
		                 pick(ctl->lang, change_reasons_en, change_reasons_zh));
	json_t *body = json_pack("{s:s, s:s*}", "reason", reason, "note", args_option(ctl->args, "note"));
	if (!body)
		return ctl_usage(ctl, "%s", pick(ctl->lang, "the arguments are not UTF-8", "参数不是 UTF-8"));
	int code = change->confirm(ctl, ctl->args->rest[0], pick(ctl->lang, change->question_en, change->question_zh));
	if (code == CTL_OK)
		code = api_call(ctl, change->method, PATH(change->path, ctl->args->rest[0]), body, NULL, &answer);
	if (code == CTL_OK && !ctl->json)
		table_print_item(ctl->out, ctl->lang, facts, ARRAY_LEN(facts), answer);
	json_decref(body);
	json_decref(answer);
	return code;
}
