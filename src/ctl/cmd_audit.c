/* ctl/cmd_audit.c - who did what, when, to what. */
#include "base/buf.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/client.h"
#include "ctl/table.h"

static int list_run(struct ctl *ctl);

const struct verb cmd_audit[] = {
	{
		.name = "audit",
		.sub = "list",
		.args = "[--staff ID] [--organisation SLUG] [--action ACTION] [--object ID] [--from DAY] [--to DAY]",
		.en = "tell who did what, when, the newest first",
		.zh = "列出审计记录：何人何时做了何事，最近的在前",
		.options = {
			{"staff", "ID", "of one staff member", "某一人员的操作"},
			{"organisation", "SLUG", "by the staff of an organisation, and what was done to it, its sites, staff and standing",
			 "某一机构人员的操作，以及对该机构及其站点、人员、资质的操作"},
			{"action", "ACTION", "of one kind, e.g. key_action_approve", "某一种操作，例如 key_action_approve"},
			{"object", "ID", "done to one thing", "对某一对象的操作"},
			{"from", "DAY", "the first day, YYYY-MM-DD, in Shanghai", "起始日期（上海时间），YYYY-MM-DD"},
			{"to", "DAY", "the last day", "截止日期"},
		},
		.limit_s = 60,
		.run = list_run,
	},
	{0},
};

static const struct column_spec columns[] = {
	{"at", "at", "时间"},
	{"action", "what", "操作"},
	{"object", "to", "对象"},
	{"by.staff", "by", "经办人"},
	{"by.organisation", "of", "经办机构"},
	{"by.role", "as", "经办角色"},
	{"by.credential", "credential", "凭证名称"},
	{"request_id", "request", "请求编号"},
};

static int list_run(struct ctl *ctl)
{
	static const char *const filters[] = {"staff", "organisation", "action", "object", "from", "to"};
	struct buf path = BUF_INIT(4 * KIB);
	buf_adds(&path, "/v1/audit");
	for (size_t i = 0, n = 0; i < ARRAY_LEN(filters); i++) {
		const char *value = args_option(ctl->args, filters[i]);
		if (!value)
			continue;
		buf_addf(&path, "%c%s=", n++ ? '&' : '?', filters[i]);
		path_add(&path, slice_of(value));
	}
	buf_addc(&path, '\0');
	int code = buf_failed(&path) ? ctl_usage(ctl, pick(ctl->lang, "too long", "参数过长"))
	                             : api_print_list(ctl, PATH(path.p), columns, ARRAY_LEN(columns));
	buf_free(&path);
	return code;
}
