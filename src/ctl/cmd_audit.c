/* ctl/cmd_audit.c - who did what, when, to what. */
#include "ctl/noun.h"

static const struct answer_view listed = {.columns = (const struct column_spec[]){
	{"at", "at", "时间"},
	{"action", "what", "操作"},
	{"object", "to", "对象"},
	{"by.staff", "by", "经办人"},
	{"by.organisation", "of", "经办机构"},
	{"by.role", "as", "经办角色"},
	{"by.credential", "credential", "凭证名称"},
	{"request_id", "request", "请求编号"},
	{0},
}};

const struct verb cmd_audit[] = {
	{
		.name = "audit",
		.sub = "list",
		.args = "[--staff ID] [--organisation SLUG] [--action ACTION] [--object ID] [--from DATE] [--to DATE]",
		.en = "tell who did what, when, the newest first",
		.zh = "列出审计记录：何人何时做了何事，最近的在前",
		.options = {
			{"staff", "ID", "of one staff member", "某一人员的操作"},
			{"organisation", "SLUG", "by the staff of an organisation, and what was done to it, its sites, staff and standing",
			 "某一机构人员的操作，以及对该机构及其站点、人员、资质的操作"},
			{"action", "ACTION", "of one kind, e.g. key_action_approve", "某一种操作，例如 key_action_approve"},
			{"object", "ID", "done to one thing", "对某一对象的操作"},
			{"from", "DATE", "the first day, YYYY-MM-DD, in Shanghai", "起始日期（上海时间），YYYY-MM-DD"},
			{"to", "DATE", "the last day", "截止日期"},
		},
		.limit_s = 60,
		LIST("/v1/audit", .view = &listed),
	},
	{0},
};
