/* ctl/cmd_certificate.c - what happened to a certificate, from its result to now. */
#include "base/buf.h"
#include "ctl/api.h"
#include "ctl/args.h"
#include "ctl/table.h"

static int history_run(struct ctl *ctl);

const struct verb cmd_certificate[] = {
	{
		.name = "certificate",
		.sub = "history",
		.args = "NUMBER",
		.en = "tell what happened to a certificate: what, when, by whom and why",
		.zh = "列出证书的全部经过：何事、何时、由谁、何故",
		.min_args = 1,
		.max_args = 1,
		.run = history_run,
	},
	{0},
};

static const struct column_spec columns[] = {
	{"at", "at", "时间"},
	{"event", "what", "事项"},
	{"by_role", "by", "经办角色"},
	{"by_organisation", "of", "经办机构"},
	{"by_label", "credential", "凭证名称"},
	{"reason", "reason", "原因"},
	{"note", "note", "备注"},
	{"request_id", "request", "请求编号"},
};

static int history_run(struct ctl *ctl)
{
	return api_print_list(ctl, PATH("/v1/certificates/%/history", ctl->args->rest[0]), columns,
	                      ARRAY_LEN(columns));
}
