/* ctl/credential.c - making, listing and ending what lets somebody in. */
#include "ctl/credential.h"

#include "base/clock.h"
#include "ctl/args.h"

const struct answer_view credentials_listed = {.columns = (const struct column_spec[]){
	{"id", "id", "编号"},
	{"role", "role", "角色"},
	{"organisation", "organisation", "机构"},
	{"districts", "districts", "辖区"},
	{"label", "label", "用途"},
	{"state", "state", "状态"},
	{"expires_at", "expires", "到期"},
	{"last_used_at", "last used", "最近使用"},
	{0},
}};

int credential_complete(struct ctl *ctl, json_t *body)
{
	const char *days = args_option(ctl->args, "expires-days");
	char expires[DAY_TEXT];
	uint64_t n = 365;
	if (days && (!slice_to_u64(slice_of(days), &n) || n < 1 || n > 3650))
		return ctl_usage(ctl, "%s", pick(ctl->lang, "--expires-days is a number from 1 to 3650", "--expires-days 应为 1 至 3650 的整数"));
	day_format((struct day){day_of(instant_now()).n + (int32_t)n}, expires);
	json_object_set_new(body, "expires_on", json_string(expires));
	if (json_is_null(json_object_get(body, "label")))
		json_object_set(body, "label", json_object_get(body, "role"));
	return CTL_OK;
}
